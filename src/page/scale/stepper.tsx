import { type Role, roles, type Scale } from './commands.ts'

interface StepperProps {
  role: Role
  /** How many there are. */
  now: number
  /** How many there shall be. */
  to: number
  isPossible: (number: number) => boolean
  want: (number: number) => void
}

/** − and +, with the number between. A button that can do nothing now keeps the focus that it has. */
export function Stepper({ role, now, to, isPossible, want }: StepperProps) {
  const button = (sign: string, label: string, number: number) => {
    const isOff = !isPossible(number)
    return (
      <button
        type="button"
        aria-label={label}
        aria-disabled={isOff}
        onClick={() => !isOff && want(number)}
      >
        {sign}
      </button>
    )
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset's legend cannot stand in this line.
    <div class="stepper" role="group" aria-label={`${role}s`}>
      <span class="what">{role === 'server' ? 'Servers' : 'Workers'}</span>
      {button('−', `One ${role} less`, to - 1)}
      <output class="number" data-role={role}>
        {now === to ? now : `${now} → ${to}…`}
      </output>
      {button('+', `One ${role} more`, to + 1)}
    </div>
  )
}

interface SteppersProps {
  now: Scale
  to: Scale
  isPossible: (role: Role, number: number) => boolean
  want: (role: Role, number: number) => void
}

/** One for each role. */
export const Steppers = ({ now, to, isPossible, want }: SteppersProps) => (
  <div class="steppers">
    {roles.map((role) => (
      <Stepper
        key={role}
        role={role}
        now={now[role]}
        to={to[role]}
        isPossible={(number) => isPossible(role, number)}
        want={(number) => want(role, number)}
      />
    ))}
  </div>
)
