/// A date of the Gregorian calendar.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Date {
    pub year: i32,
    pub month: u8,
    pub day: u8,
}

impl Date {
    pub fn next_day(self) -> Date {
        if self.day < self.days_in_month() {
            Date {
                day: self.day + 1,
                ..self
            }
        } else {
            self.first_of_next_month()
        }
    }

    pub fn first_of_next_month(self) -> Date {
        if self.month < 12 {
            Date {
                month: self.month + 1,
                day: 1,
                ..self
            }
        } else {
            Date {
                year: self.year + 1,
                month: 1,
                day: 1,
            }
        }
    }

    /// 0 is Sunday, 6 is Saturday.
    pub fn weekday(self) -> u8 {
        // January and February count as months of the year before, so that its leap day, if any, is its last day.
        const MONTH_OFFSETS: [i32; 12] = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4];
        let year = if self.month < 3 {
            self.year - 1
        } else {
            self.year
        };
        let leap_days = year / 4 - year / 100 + year / 400;
        let offset = MONTH_OFFSETS[usize::from(self.month) - 1];
        ((year + leap_days + offset + i32::from(self.day)) % 7) as u8
    }

    fn days_in_month(self) -> u8 {
        match self.month {
            4 | 6 | 9 | 11 => 30,
            2 if self.is_leap_year() => 29,
            2 => 28,
            _ => 31,
        }
    }

    fn is_leap_year(self) -> bool {
        self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0)
    }
}
