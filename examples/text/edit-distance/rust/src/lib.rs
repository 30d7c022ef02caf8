//! The edit distance (Levenshtein distance) of two texts.

/// How many rows of the table are done together, with a bit for each.
const ROWS: usize = u64::BITS as usize;

/// More than the rows, so a search ends at a free slot, and as many as ASCII has code points, so these never collide.
const SLOTS: usize = 128;

/// Returns how many code points have to be inserted, deleted or replaced to turn one text into the other.
pub fn edit_distance(first: &str, second: &str) -> usize {
    let first: Vec<char> = first.chars().collect();
    let second: Vec<char> = second.chars().collect();
    let (first, second) = without_common_ends(&first, &second);
    let (longer, shorter) = if first.len() < second.len() {
        (second, first)
    } else {
        (first, second)
    };

    // The last row so far of the table of distances, as differences between neighbours. In the first row they are 1.
    let mut steps = vec![1; shorter.len()];
    for block in longer.chunks(ROWS) {
        go_down(&mut steps, block, shorter);
    }
    steps.iter().fold(longer.len(), |distance, &step| {
        distance.wrapping_add_signed(step.into())
    })
}

fn without_common_ends<'a>(first: &'a [char], second: &'a [char]) -> (&'a [char], &'a [char]) {
    let start = common(first.iter(), second.iter());
    let (first, second) = (&first[start..], &second[start..]);
    let end = common(first.iter().rev(), second.iter().rev());
    (&first[..first.len() - end], &second[..second.len() - end])
}

/// How many items two iterators have in common at the beginning.
fn common<T: PartialEq>(first: impl Iterator<Item = T>, second: impl Iterator<Item = T>) -> usize {
    first.zip(second).take_while(|(a, b)| a == b).count()
}

/// Turns the steps in the row above a block of rows into those in its last row, a column at a time.
fn go_down(steps: &mut [i8], block: &[char], text: &[char]) {
    let positions = Positions::of(block);
    let last = block.len() - 1;

    // The rows whose distance is one more, or one less, than that of the row above.
    let (mut higher, mut lower) = (u64::MAX, 0);
    for (step, &point) in steps.iter_mut().zip(text) {
        // The signs of the step above, as one bit each.
        let (rise, fall) = (u64::from(*step > 0), u64::from(*step < 0));
        let equal = positions.bits_of(point) | fall;
        // Where the distance is that of the row above in the column before.
        let same = ((equal & higher).wrapping_add(higher) ^ higher) | equal | lower;
        // Where it is one more, or one less, than in the column before.
        let (up, down) = (lower | !(same | higher), same & higher);
        *step = (up >> last & 1) as i8 - (down >> last & 1) as i8;
        let (up, down) = (up << 1 | rise, down << 1 | fall);
        (higher, lower) = (down | !(same | up), up & same);
    }
}

/// Where each code point stands in a block of rows, by open addressing.
struct Positions {
    points: [char; SLOTS],
    bits: [u64; SLOTS],
}

impl Positions {
    fn of(block: &[char]) -> Self {
        let mut positions = Self {
            points: ['\0'; SLOTS],
            bits: [0; SLOTS],
        };
        for (row, &point) in block.iter().enumerate() {
            let slot = positions.slot_of(point);
            positions.points[slot] = point;
            positions.bits[slot] |= 1 << row;
        }
        positions
    }

    fn bits_of(&self, point: char) -> u64 {
        self.bits[self.slot_of(point)]
    }

    /// The slot of a code point, or the free one that it would take.
    fn slot_of(&self, point: char) -> usize {
        let mut slot = point as usize % SLOTS;
        while self.bits[slot] != 0 && self.points[slot] != point {
            slot = (slot + 1) % SLOTS;
        }
        slot
    }
}
