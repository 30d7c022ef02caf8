import { useRef, useState } from "react";

const CLEARING_KEYS = ["0", "Backspace", "Delete"];

/**
 * A rating of 1 to `max` stars; `value` is null if there is none.
 *
 * `onChange` gets the number of stars chosen, or null when the rating is cleared. A read-only rating may have a fraction.
 */
export function StarRating({ label, name, value, max = 5, onChange, readOnly = false }) {
  const isNumber = readOnly ? Number.isFinite(value) : Number.isInteger(value);
  const isRating = isNumber && value >= 1 && value <= max;
  const rating = isRating ? value : null;

  if (readOnly) return <RatingImage label={label} name={name} rating={rating} max={max} />;
  return <RatingGroup label={label} name={name} rating={rating} max={max} onChange={onChange} />;
}

function RatingGroup({ label, name, rating, max, onChange }) {
  const [preview, setPreview] = useState(null);
  const isArrowDownRef = useRef(false);
  const shown = preview ?? rating;

  function choose(next) {
    setPreview(null);
    if (next !== rating) onChange(next);
  }

  function handleKeyDown(event) {
    isArrowDownRef.current = event.key.startsWith("Arrow");
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (CLEARING_KEYS.includes(event.key)) choose(null);
    if (!/^[1-9]$/.test(event.key) || Number(event.key) > max) return;
    const star = Number(event.key);
    event.currentTarget.querySelectorAll("input")[star - 1].focus();
    choose(star);
  }

  function handleKeyUp() {
    isArrowDownRef.current = false;
  }

  // A checked radio button reports no change, but it is clicked, by Space too, and by an arrow key that comes to it.
  function handleClick(star) {
    if (star === rating && !isArrowDownRef.current) choose(null);
  }

  return (
    <div
      role="radiogroup"
      aria-label={label}
      onKeyDown={handleKeyDown}
      onKeyUp={handleKeyUp}
      onPointerLeave={() => setPreview(null)}
    >
      {starsUpTo(max).map((star) => (
        <label key={star} onPointerEnter={() => setPreview(star)}>
          <input
            type="radio"
            className="visually-hidden"
            name={name}
            value={star}
            aria-label={star === 1 ? "1 star" : `${star} stars`}
            checked={star === rating}
            onChange={() => choose(star)}
            onClick={() => handleClick(star)}
          />
          <Star isFilled={star <= shown} />
        </label>
      ))}
      <span aria-hidden="true">{captionOf(shown, max)}</span>
    </div>
  );
}

function RatingImage({ label, name, rating, max }) {
  const caption = captionOf(rating, max);
  return (
    <>
      <span role="img" aria-label={`${label}: ${caption}`}>
        {starsUpTo(max).map((star) => (
          <Star key={star} isFilled={star <= Math.round(rating)} />
        ))}
        <span aria-hidden="true">{caption}</span>
      </span>
      {rating !== null && <input type="hidden" name={name} value={rating} />}
    </>
  );
}

function Star({ isFilled }) {
  return <span aria-hidden="true">{isFilled ? "★" : "☆"}</span>;
}

function starsUpTo(max) {
  return Array.from({ length: max }, (_, index) => index + 1);
}

function captionOf(rating, max) {
  return rating === null ? "No rating" : `${rating} of ${max}`;
}
