import { type Role, roles, type Scale } from './commands.ts'

interface StepperProps {
  role: Role
  /** How many there are. */
  now: number
  /** How many there shall be. */
  to: number
  /** Whether that is being seen to. */
  isChanging: boolean
  isPossible: (number: number) => boolean
  /** Wants one more or less than is wanted at that moment, which may be later than what is shown. */
  add: (by: 1 | -1) => void
}

/** − and +, with the number between. A button that can do nothing now keeps the focus that it has. */
export function Stepper({ role, now, to, isChanging, isPossible, add }: StepperProps) {
  const button = (sign: string, label: string, by: 1 | -1) => {
    const isOff = !isPossible(to + by)
    return (
      <button
        type="button"
        aria-label={label}
        aria-disabled={isOff}
        onClick={() => !isOff && add(by)}
      >
        {sign}
      </button>
    )
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset's legend cannot stand in this line.
    <div class="stepper" role="group" aria-label={`${role}s`}>
      <span class="what">{role === 'server' ? 'Servers' : 'Workers'}</span>
      {button('−', `One ${role} less`, -1)}
      <output class="number" data-role={role}>
        {now === to ? now : `${now} → ${to}${isChanging ? '…' : ''}`}
      </output>
      {button('+', `One ${role} more`, 1)}
    </div>
  )
}

interface SteppersProps {
  now: Scale
  to: Scale
  isChanging?: boolean
  isPossible: (role: Role, number: number) => boolean
  add: (role: Role, by: 1 | -1) => void
}

/** One for each role. */
export const Steppers = ({ now, to, isChanging = false, isPossible, add }: SteppersProps) => (
  <div class="steppers">
    {roles.map((role) => (
      <Stepper
        key={role}
        role={role}
        now={now[role]}
        to={to[role]}
        isChanging={isChanging}
        isPossible={(number) => isPossible(role, number)}
        add={(by) => add(role, by)}
      />
    ))}
  </div>
)
