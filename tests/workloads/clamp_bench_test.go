package clamp

import "slices"

var workloads = []struct {
	Name    string
	Size    int
	Prepare func(n int, random func(below int) int) (run func(), check func() bool)
}{
	{"clamped", 1_000, clamped},
	{"constant", 1_000, constant},
	{"in_order", 1_000, inOrder},
	{"pairs", 64, pairs},
}

func numbers(n int, random func(int) int, below int) []float64 {
	values := make([]float64, n)
	for i := range values {
		values[i] = float64(random(below))
	}
	return values
}

func clamped(n int, random func(int) int) (func(), func() bool) {
	values := numbers(n, random, 1_000)
	var sum float64
	run := func() {
		sum = 0
		for _, value := range values {
			nearest, _ := Clamp(value, 250, 750)
			sum += nearest
		}
	}
	// With 1,000 values the sum is the same in every language, because the values are.
	return run, func() bool { return n != 1_000 || sum == 508_073 }
}

func constant(n int, random func(int) int) (func(), func() bool) {
	values := numbers(n, random, 1_000)
	var sum float64
	run := func() {
		sum = 0
		for i := range 16 {
			nearest, _ := Clamp(values[i], 250, 750)
			sum += nearest
		}
	}
	return run, func() bool { return sum > 0 }
}

func inOrder(n int, random func(int) int) (func(), func() bool) {
	values := numbers(n, random, 1_000_000)
	var result []float64
	run := func() {
		result = slices.SortedFunc(slices.Values(values), func(one, other float64) int {
			nearest, _ := Clamp(one, 0, 1_000_000)
			return int(nearest - other)
		})
	}
	return run, func() bool { return slices.IsSorted(result) }
}

func pairs(n int, random func(int) int) (func(), func() bool) {
	values := numbers(n, random, 1_000)
	var sum float64
	run := func() {
		sum = 0
		for _, one := range values {
			for _, other := range values {
				nearest, _ := Clamp(one, 0, other)
				sum += nearest
			}
		}
	}
	return run, func() bool { return sum > 0 }
}
