import type { ComponentChildren } from 'preact'
import type { Field as Described } from './schema.ts'

interface Props {
  id: string
  field: Described
  text: string
  error: string | undefined
  onText: (text: string) => void
}

/** One parameter: its name, its input, what is wrong with it, what it may be. */
export function Field({ id, field, text, error, onText }: Props) {
  const { name, kind, hint } = field
  return (
    <Labelled id={id} label={name} error={error} hint={hint} kind={kind}>
      <Input
        field={field}
        text={text}
        onText={onText}
        common={{ id, name, ...described(id, error, hint) }}
      />
    </Labelled>
  )
}

interface LabelledProps {
  id: string
  label: string
  error: string | undefined
  hint?: string
  kind?: Described['kind']
  children: ComponentChildren
}

export function Labelled({ id, label, error, hint, kind, children }: LabelledProps) {
  return (
    <div class="field" data-kind={kind}>
      <label for={id}>{label}</label>
      {children}
      {error && (
        <p class="error" id={`${id}-error`}>
          {error}
        </p>
      )}
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  )
}

/** What ties an input to the texts below it. */
export function described(id: string, error: string | undefined, hint?: string) {
  const by = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(' ')
  return {
    ...(error ? { 'aria-invalid': 'true' as const } : {}),
    ...(by ? { 'aria-describedby': by } : {}),
  }
}

interface InputProps {
  field: Described
  text: string
  onText: (text: string) => void
  common: { id: string; name: string } & ReturnType<typeof described>
}

function Input({ field, text, onText, common }: InputProps) {
  const onInput = (event: { currentTarget: { value: string } }) => onText(event.currentTarget.value)
  if (field.kind === 'number') {
    const { min, max, step } = field
    return (
      <input {...common} type="number" {...{ min, max, step }} value={text} onInput={onInput} />
    )
  }
  if (field.kind === 'flag')
    return (
      <input
        {...common}
        type="checkbox"
        checked={text === 'true'}
        onChange={(event) => onText(String(event.currentTarget.checked))}
      />
    )
  if (field.kind === 'choice')
    return (
      <select {...common} value={text} onChange={onInput}>
        {!field.required && <option value="">(left out)</option>}
        {field.choices?.map((choice) => (
          <option key={choice.text} value={choice.text}>
            {choice.text}
          </option>
        ))}
      </select>
    )
  if (field.kind === 'text')
    return <input {...common} type="text" value={text} autocomplete="off" onInput={onInput} />
  return <textarea {...common} rows={3} spellcheck={false} value={text} onInput={onInput} />
}
