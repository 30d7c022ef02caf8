package cronnext;

import cronnext.CronException.Reason;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The minutes of UTC that a cron expression of five fields matches. */
public final class Schedule {
    // A 29th of February is at most this far away: a century year may not be a leap year.
    private static final int HORIZON_YEARS = 8;
    private static final Pattern SEPARATOR = Pattern.compile("[ \t]+");

    private final Map<Field, BitSet> values;
    private final boolean isEitherDayEnough;

    private Schedule(Map<Field, BitSet> values, boolean isEitherDayEnough) {
        this.values = values;
        this.isEitherDayEnough = isEitherDayEnough;
    }

    /**
     * Reads an expression.
     *
     * @throws CronException if it is not well-formed
     */
    public static Schedule parse(String expression) {
        String[] texts = SEPARATOR.splitAsStream(expression).filter(text -> !text.isEmpty()).toArray(String[]::new);
        Field[] fields = Field.values();
        if (texts.length != fields.length) {
            throw new CronException(Reason.FIELD_COUNT);
        }
        Map<Field, BitSet> values = new EnumMap<>(Field.class);
        for (Field field : fields) {
            values.put(field, new FieldParser(field).parse(texts[field.ordinal()]));
        }
        boolean isEitherDayEnough =
                !texts[Field.DAY_OF_MONTH.ordinal()].equals("*") && !texts[Field.DAY_OF_WEEK.ordinal()].equals("*");
        BitSet weekdays = values.get(Field.DAY_OF_WEEK);
        weekdays.set(0, weekdays.get(0) || weekdays.get(7));
        return new Schedule(values, isEitherDayEnough);
    }

    /** The start of the first matching minute after a time, or nothing if there is none at all. Both times are UTC. */
    public Optional<LocalDateTime> nextAfter(LocalDateTime time) {
        LocalDateTime earliest = time.truncatedTo(ChronoUnit.MINUTES).plusMinutes(1);
        LocalDate day = earliest.toLocalDate();
        LocalTime from = earliest.toLocalTime();
        LocalDate last = day.plusYears(HORIZON_YEARS);
        while (!day.isAfter(last)) {
            if (!matches(Field.MONTH, day.getMonthValue())) {
                day = day.with(TemporalAdjusters.firstDayOfNextMonth());
            } else {
                Optional<LocalTime> found = matchesDay(day) ? firstTime(from) : Optional.empty();
                if (found.isPresent()) {
                    return Optional.of(day.atTime(found.get()));
                }
                day = day.plusDays(1);
            }
            from = LocalTime.MIN;
        }
        return Optional.empty();
    }

    private boolean matches(Field field, int value) {
        return values.get(field).get(value);
    }

    private boolean matchesDay(LocalDate day) {
        boolean dayOfMonth = matches(Field.DAY_OF_MONTH, day.getDayOfMonth());
        boolean dayOfWeek = matches(Field.DAY_OF_WEEK, day.getDayOfWeek().getValue() % 7);
        return isEitherDayEnough ? dayOfMonth || dayOfWeek : dayOfMonth && dayOfWeek;
    }

    /** The first matching time of a day that is not before the given one. */
    private Optional<LocalTime> firstTime(LocalTime from) {
        BitSet hours = values.get(Field.HOUR);
        BitSet minutes = values.get(Field.MINUTE);
        int minute = hours.get(from.getHour()) ? minutes.nextSetBit(from.getMinute()) : -1;
        if (minute >= 0) {
            return Optional.of(LocalTime.of(from.getHour(), minute));
        }
        int hour = hours.nextSetBit(from.getHour() + 1);
        return hour < 0 ? Optional.empty() : Optional.of(LocalTime.of(hour, minutes.nextSetBit(0)));
    }
}
