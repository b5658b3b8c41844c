import { computed } from '@preact/signals'
import { fleet, link } from './topology/stream.ts'

/** The fleet while there is news of it; undefined while what is known is old, or nothing is yet. */
export const fleetNow = computed(() => (link.value === 'live' ? fleet.value : undefined))
