import { type Client, createClient } from '../attack/client.ts'
import type { Scenario } from '../scenario/schema.ts'
import { checkTask, meetService, type Service } from './service.ts'

/** What is asked, and of whom: the same in all conditions of a version. */
export interface Subject {
  service: Service
  /** For the bystander alone: it never waits for a connection behind heavy requests. */
  bystanderClient: Client
  /** '' leaves it to the service. */
  task: string
  params: Readonly<Record<string, unknown>>
  /** The name of what will run; null where the service does not say. */
  taskName: string | null
}

/**
 * Gets to know each version's service, and checks that it can do what is asked of it.
 *
 * @param target of versions that name none
 * @returns by the name of the version; '' where there are none
 * @throws {UsageError}
 */
export async function meetSubjects(
  scenario: Scenario,
  target: string,
  closing: AsyncDisposableStack,
): Promise<Map<string, Subject>> {
  const subjects = new Map<string, Subject>()
  const services = new Map<string, Service>()
  const versions = scenario.versions.length > 0 ? scenario.versions : [{ name: '' }]
  for (const version of versions) {
    const url = version.target ?? target
    const service = services.get(url) ?? (await meet(url))
    services.set(url, service)
    const task = version.task ?? scenario.task
    const params = version.params ?? scenario.params
    const taskName = checkTask(service, task, params)
    const bystanderClient = createClient(service.url)
    closing.defer(() => bystanderClient.close())
    subjects.set(version.name, { service, bystanderClient, task, params, taskName })
  }
  return subjects

  async function meet(url: string): Promise<Service> {
    const path = scenario.bystander === false ? '' : scenario.bystander.path
    const service = await meetService(url, path)
    closing.defer(() => service.client.close())
    return service
  }
}
