package semanticversion

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
)

var workloads = []struct {
	Name    string
	Size    int
	Prepare func(n int, random func(below int) int) (run func(), check func() bool)
}{
	{"sort_releases", 2_000, sortOf(release)},
	{"sort_nightlies", 500, sortOf(nightly)},
	{"compare_releases", 4_000, compareReleases},
}

var stages = []string{"alpha", "beta", "rc"}

// release makes a version as projects have them, and its place in the order.
func release(random func(int) int) (string, int) {
	major, minor, patch, stage, number := random(4), random(20), random(30), random(8), random(12)
	text := fmt.Sprintf("%d.%d.%d", major, minor, patch)
	if stage < len(stages) {
		text += fmt.Sprintf("-%s.%d", stages[stage], number)
	} else {
		stage, number = len(stages), 0
	}
	if random(8) == 0 {
		text += fmt.Sprintf("+build.%d", random(1000))
	}
	return text, (((major*20+minor)*30+patch)*4+stage)*12 + number
}

// nightly makes a build of one and the same version, and its place in the order.
func nightly(random func(int) int) (string, int) {
	year, day, run, isText := 2000+random(30), random(365), random(200), random(2)
	target, place := strconv.Itoa(run), run
	if isText == 1 {
		target, place = "arm"+target, slices.Index(arms, run)
	}
	text := fmt.Sprintf("3.0.0-nightly.linux-x86-64.%d.%d.%s", year, day, target)
	return text, ((year*365+day)*2+isText)*200 + place
}

// arms are in the order of their texts, in which arm10 stands before arm2.
var arms = func() []int {
	var all []int
	for i := range 200 {
		all = append(all, i)
	}
	slices.SortFunc(all, func(a, b int) int { return cmp.Compare(strconv.Itoa(a), strconv.Itoa(b)) })
	return all
}()

func sortOf(one func(func(int) int) (string, int)) func(int, func(int) int) (func(), func() bool) {
	return func(n int, random func(int) int) (func(), func() bool) {
		places := map[string]int{}
		var versions []string
		var want []int
		for range n {
			text, place := one(random)
			if _, again := places[text]; !again {
				versions, want = append(versions, text), append(want, place)
			}
			places[text] = place
		}
		slices.Sort(want)
		var result []string
		return func() { result, _ = Sort(versions) }, func() bool {
			return slices.EqualFunc(result, want, func(text string, place int) bool { return places[text] == place })
		}
	}
}

func compareReleases(n int, random func(int) int) (func(), func() bool) {
	texts := make([][2]string, n)
	want := make([]int, n)
	for i := range n {
		first, a := release(random)
		second, b := release(random)
		texts[i], want[i] = [2]string{first, second}, cmp.Compare(a, b)
	}
	result := make([]int, n)
	return func() {
		for i, pair := range texts {
			result[i], _ = Compare(pair[0], pair[1])
		}
	}, func() bool { return slices.Equal(result, want) }
}
