using System;
using System.Collections.Generic;
using System.Linq;

namespace CronNext
{
    /// <summary>The minutes of UTC that a cron expression of five fields matches.</summary>
    public sealed class Schedule
    {
        // A 29th of February is at most this far away: a century year may not be a leap year.
        private const int HorizonYears = 8;

        private readonly SortedSet<int> minutes;
        private readonly SortedSet<int> hours;
        private readonly SortedSet<int> days;
        private readonly SortedSet<int> months;
        private readonly SortedSet<int> weekdays;
        private readonly bool isEitherDayEnough;

        private Schedule(string[] fields)
        {
            minutes = Field.Minute.Parse(fields[0]);
            hours = Field.Hour.Parse(fields[1]);
            days = Field.DayOfMonth.Parse(fields[2]);
            months = Field.Month.Parse(fields[3]);
            weekdays = new SortedSet<int>(Field.DayOfWeek.Parse(fields[4]).Select(weekday => weekday % 7));
            isEitherDayEnough = fields[2] != "*" && fields[4] != "*";
        }

        /// <summary>Reads an expression.</summary>
        /// <exception cref="CronException">it is not well-formed</exception>
        public static Schedule Parse(string expression)
        {
            string[] fields = expression.Split(new[] { ' ', '\t' }, StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length != 5)
            {
                throw new CronException(CronErrorReason.FieldCount);
            }
            return new Schedule(fields);
        }

        /// <summary>
        /// The start of the first matching minute after a time, of kind Utc, or null if there is none at all. The time means
        /// UTC, whatever its kind.
        /// </summary>
        public DateTime? NextAfter(DateTime time)
        {
            var today = new DateTime(time.Year, time.Month, time.Day, 0, 0, 0, DateTimeKind.Utc);
            int earliest = time.Hour * 60 + time.Minute + 1;
            for (DateTime day = today; day.Year <= today.Year + HorizonYears; earliest = 0)
            {
                if (!months.Contains(day.Month))
                {
                    day = day.AddDays(1 - day.Day).AddMonths(1);
                    continue;
                }
                int minute = MatchesDay(day) ? FirstMinute(earliest) : -1;
                if (minute >= 0)
                {
                    return day.AddMinutes(minute);
                }
                day = day.AddDays(1);
            }
            return null;
        }

        private bool MatchesDay(DateTime day)
        {
            bool dayOfMonth = days.Contains(day.Day);
            bool dayOfWeek = weekdays.Contains((int)day.DayOfWeek);
            return isEitherDayEnough ? dayOfMonth || dayOfWeek : dayOfMonth && dayOfWeek;
        }

        /// <summary>The first matching minute of a day that is not before the given one; -1 if there is none.</summary>
        private int FirstMinute(int earliest)
        {
            foreach (int hour in hours.Where(hour => hour >= earliest / 60))
            {
                foreach (int minute in minutes.Where(minute => hour * 60 + minute >= earliest))
                {
                    return hour * 60 + minute;
                }
            }
            return -1;
        }
    }
}
