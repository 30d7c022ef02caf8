import { useId, useState } from "react";
import { flushSync } from "react-dom";

import { accessOf, KINDS, messageFor } from "./kinds.js";

/**
 * A form described by data, of which each role sees and edits its part.
 *
 * `onSubmit` gets the values by name of the fields that the role may edit, when they are all valid.
 */
export function PermissionForm({ label, fields, role, values, onSubmit }) {
  const baseId = useId();
  const [initialValues] = useState(values);
  const [edits, setEdits] = useState({});
  const [isChecked, setChecked] = useState(false);

  const shown = fields
    .map((field, index) => ({
      ...field,
      id: `${baseId}${index}`,
      access: accessOf(role, field),
      initial: draftOf(field, initialValues),
    }))
    .filter(({ access }) => access !== "nothing")
    .map((field) => ({ ...field, draft: draftOf(field, { ...initialValues, ...edits }) }));
  const editable = shown.filter(({ access }) => access === "edit");
  const messages = Object.fromEntries(editable.map((field) => [field.name, messageFor(field, field.draft)]));
  const invalid = editable.filter(({ name }) => messages[name] !== null);

  function handleSubmit(event) {
    event.preventDefault();
    if (invalid.length > 0) {
      flushSync(() => setChecked(true));
      document.getElementById(invalid[0].id).focus();
      return;
    }
    setChecked(false);
    onSubmit(Object.fromEntries(editable.map(({ name, kind, draft }) => [name, KINDS[kind].toValue(draft)])));
  }

  return (
    <form aria-label={label} onSubmit={handleSubmit}>
      {isChecked && invalid.length > 0 && <ErrorSummary fields={invalid} messages={messages} />}
      {shown.map((field) =>
        field.access === "see" ? (
          <ReadOnlyField key={field.name} field={field} />
        ) : (
          <EditableField
            key={field.name}
            field={field}
            message={isChecked ? messages[field.name] : null}
            onChange={(draft) => setEdits((edits) => ({ ...edits, [field.name]: draft }))}
          />
        ),
      )}
      {editable.length > 0 && <button type="submit">Save</button>}
    </form>
  );
}

/** What the field's control holds by these values, of which only own properties count. */
function draftOf(field, values) {
  return KINDS[field.kind].toDraft(Object.hasOwn(values, field.name) ? values[field.name] : null, field);
}

function ErrorSummary({ fields, messages }) {
  function focusField(event, id) {
    event.preventDefault();
    document.getElementById(id).focus();
  }

  return (
    <div role="alert">
      <ul>
        {fields.map(({ id, name }) => (
          <li key={name}>
            <a href={`#${id}`} onClick={(event) => focusField(event, id)}>
              {messages[name]}
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}

function ReadOnlyField({ field }) {
  return (
    <dl>
      <dt>{field.label}</dt>
      <dd>{KINDS[field.kind].toText(field.initial, field) || "—"}</dd>
    </dl>
  );
}

function EditableField({ field, message, onChange }) {
  const messageId = `${field.id}message`;
  return (
    <div>
      <label htmlFor={field.id}>{field.label}</label>
      <Control
        field={field}
        onChange={onChange}
        aria-required={field.required === true}
        aria-invalid={message !== null}
        aria-describedby={message === null ? undefined : messageId}
      />
      {message !== null && <p id={messageId}>{message}</p>}
    </div>
  );
}

function Control({ field: { id, kind, options, draft }, onChange, ...aria }) {
  const props = { id, ...aria };
  switch (kind) {
    case "checkbox":
      return <input {...props} type="checkbox" checked={draft} onChange={(event) => onChange(event.target.checked)} />;
    case "choice":
      return (
        <select {...props} value={draft} onChange={(event) => onChange(event.target.value)}>
          <option value="" />
          {options.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      );
    default:
      return (
        <input
          {...props}
          type="text"
          inputMode={kind === "number" ? "decimal" : undefined}
          value={draft}
          onChange={(event) => onChange(event.target.value)}
        />
      );
  }
}
