import { useEffect, useId, useLayoutEffect, useRef, useState, useSyncExternalStore } from "react";

import { UploadStore } from "./UploadStore.js";

const COUNTED = ["waiting", "uploading", "uploaded"];
const ENDED = ["uploaded", "failed", "canceled"];

/** A file input whose files are checked and uploaded, a few at a time; what it is configured with at first is used. */
export function UploadQueue({ label, upload, accept = [], maxBytes = Infinity, maxParallel = 2 }) {
  const inputId = useId();
  const [store] = useState(() => new UploadStore(upload, { accept, maxBytes, maxParallel }));
  const { entries, refusals } = useSyncExternalStore(store.subscribe, store.getSnapshot);
  const counted = entries.filter(({ phase }) => COUNTED.includes(phase));

  useEffect(() => () => store.stop(), [store]);

  function handleChange(event) {
    // The list of files is emptied together with the value.
    const files = [...event.target.files];
    event.target.value = "";
    store.add(files);
  }

  return (
    <div>
      <label htmlFor={inputId}>Add files</label>
      <input id={inputId} type="file" multiple accept={accept.join(",")} onChange={handleChange} />
      {refusals.length > 0 && (
        <div role="alert">
          <ul>
            {refusals.map(({ name, reason }, index) => (
              <li key={index}>{`${name}: ${reason}`}</li>
            ))}
          </ul>
        </div>
      )}
      <ul aria-label={label}>
        {entries.map((entry) => (
          <UploadItem
            key={entry.id}
            entry={entry}
            onCancel={() => store.cancel(entry.id)}
            onRetry={() => store.retry(entry.id)}
          />
        ))}
      </ul>
      {counted.length > 0 && <progress aria-label="Overall progress" max={100} value={percentOf(counted)} />}
      <p role="status">{statusText(entries, counted)}</p>
    </div>
  );
}

function UploadItem({ entry, onCancel, onRetry }) {
  const { file, phase } = entry;
  const hasEnded = phase === "failed" || phase === "canceled";
  const itemRef = useRef(null);
  const isButtonFocusedRef = useRef(false);

  // A button that is removed is not blurred, it just loses the focus.
  useLayoutEffect(() => {
    if (phase === "uploaded" && isButtonFocusedRef.current) itemRef.current.focus();
  }, [phase]);

  function handleFocusChange(event) {
    isButtonFocusedRef.current = event.type === "focus";
  }

  return (
    <li ref={itemRef} tabIndex={-1}>
      <span>{file.name}</span> <span>{stateText(entry)}</span>
      {phase !== "uploaded" && (
        <button
          type="button"
          onClick={hasEnded ? onRetry : onCancel}
          onFocus={handleFocusChange}
          onBlur={handleFocusChange}
        >
          {`${hasEnded ? "Retry" : "Cancel"} ${file.name}`}
        </button>
      )}
    </li>
  );
}

function stateText(entry) {
  switch (entry.phase) {
    case "waiting":
      return "Waiting";
    case "uploading":
      return `Uploading ${percentOf([entry])}%`;
    case "uploaded":
      return "Uploaded";
    case "failed":
      return `Failed: ${entry.error?.message ?? entry.error}`;
    default:
      return "Canceled";
  }
}

function statusText(entries, counted) {
  if (counted.some(({ phase }) => phase !== "uploaded")) return `Uploading: ${Math.floor(percentOf(counted) / 10) * 10}%`;
  return ENDED.map((phase) => [entries.filter((entry) => entry.phase === phase).length, phase])
    .filter(([count]) => count > 0)
    .map(([count, phase]) => `${count} ${phase}`)
    .join(", ");
}

function percentOf(entries) {
  const sent = entries.reduce((sum, entry) => sum + entry.sent, 0);
  const size = entries.reduce((sum, { file }) => sum + file.size, 0);
  return Math.floor((100 * sent) / size);
}
