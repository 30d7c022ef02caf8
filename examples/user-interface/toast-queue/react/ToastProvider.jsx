import { createContext, useContext, useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from "react";

const ToastContext = createContext(null);
const LIVE_REGIONS = [
  { kind: "error", live: "assertive" },
  { kind: "info", live: "polite" },
];

/**
 * The `show` and `dismiss` of the provider around the component, the same in every rendering.
 *
 * Throws an Error if there is no provider.
 */
export function useToasts() {
  const toasts = useContext(ToastContext);
  if (toasts === null) throw new Error("useToasts needs a ToastProvider");
  return toasts;
}

/** Shows the toasts of all components inside of it in one region, at most `limit` at once. */
export function ToastProvider({ limit = 3, children }) {
  const [queue, setQueue] = useState([]);
  const [api] = useState(() => createApi(setQueue));

  return (
    <ToastContext value={api}>
      {children}
      <ToastRegion toasts={queue.slice(0, limit)} onDismiss={api.dismiss} />
    </ToastContext>
  );
}

function createApi(setQueue) {
  let lastId = 0;
  return {
    show({ message, kind = "info", durationMs = 5000, action = null }) {
      lastId += 1;
      const added = { id: lastId, message, kind, durationMs, action };
      setQueue((queue) => [...queue, added]);
      return lastId;
    },
    dismiss(id) {
      setQueue((queue) => queue.filter((toast) => toast.id !== id));
    },
  };
}

function ToastRegion({ toasts, onDismiss }) {
  const ref = useRef(null);
  const returnRef = useRef(null);
  const [isHovered, setHovered] = useState(false);
  const [hasFocus, setHasFocus] = useState(false);

  useLayoutEffect(() => {
    if (hasFocus && !ref.current.contains(document.activeElement)) {
      const target = ref.current.querySelector("button") ?? returnRef.current;
      target?.focus();
    }
    if (toasts.length === 0) {
      setHovered(false);
      setHasFocus(false);
    }
  }, [toasts]);

  function handleFocus(event) {
    // Without a related target the focus comes from another window, to which it had gone from here.
    if (!hasFocus && event.relatedTarget !== null) returnRef.current = event.relatedTarget;
    setHasFocus(true);
  }

  function handleBlur(event) {
    if (!event.currentTarget.contains(event.relatedTarget)) setHasFocus(false);
  }

  return (
    <section
      ref={ref}
      aria-label="Notifications"
      onPointerEnter={() => setHovered(true)}
      onPointerLeave={() => setHovered(false)}
      onFocus={handleFocus}
      onBlur={handleBlur}
    >
      {LIVE_REGIONS.map(({ kind, live }) => (
        <ul key={kind} aria-live={live} aria-relevant="additions">
          {toasts
            .filter((toast) => toast.kind === kind)
            .map((toast) => (
              <Toast
                key={toast.id}
                {...toast}
                isPaused={isHovered || hasFocus}
                onDismiss={() => onDismiss(toast.id)}
              />
            ))}
        </ul>
      ))}
    </section>
  );
}

function Toast({ message, durationMs, action, isPaused, onDismiss }) {
  useCountdown(durationMs, isPaused, onDismiss);

  function handleAction() {
    onDismiss();
    action.onAction();
  }

  return (
    <li>
      <span>{message}</span>
      {action !== null && (
        <button type="button" onClick={handleAction}>
          {action.label}
        </button>
      )}
      <button type="button" aria-label={`Dismiss: ${message}`} onClick={onDismiss}>
        Dismiss
      </button>
    </li>
  );
}

/** Calls `onEnd` when `durationMs` have passed in which it was not paused; never for null. */
function useCountdown(durationMs, isPaused, onEnd) {
  const leftRef = useRef(durationMs);
  const handleEnd = useEffectEvent(onEnd);

  useEffect(() => {
    if (isPaused || durationMs === null) return undefined;
    const startedAt = performance.now();
    const timer = setTimeout(() => handleEnd(), leftRef.current);
    return () => {
      clearTimeout(timer);
      leftRef.current -= performance.now() - startedAt;
    };
  }, [durationMs, isPaused]);
}
