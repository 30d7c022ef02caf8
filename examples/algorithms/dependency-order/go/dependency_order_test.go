package dependencyorder

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

const long = 10_000

func target(name string, dependencies ...string) Target {
	return Target{Name: name, Dependencies: dependencies}
}

func wantOrder(t *testing.T, targets []Target, want ...string) {
	t.Helper()
	got, err := BuildOrder(targets)
	if err != nil {
		t.Fatalf("BuildOrder(%q): %v", targets, err)
	}
	if !slices.Equal(got, want) {
		t.Errorf("BuildOrder(%q) = %q; want %q", targets, got, want)
	}
}

// wantError returns the error of the wanted type.
func wantError[E error](t *testing.T, targets []Target) E {
	t.Helper()
	got, err := BuildOrder(targets)
	var want E
	if !errors.As(err, &want) {
		t.Fatalf("BuildOrder(%q) = %q, %v; want a %T", targets, got, err, want)
	}
	if len(got) > 0 {
		t.Errorf("BuildOrder(%q) returned %q along with an error", targets, got)
	}
	return want
}

func wantDuplicate(t *testing.T, targets []Target, want string) {
	t.Helper()
	if err := wantError[*DuplicateTargetError](t, targets); err.Name != want {
		t.Errorf("got duplicate target %q, want %q", err.Name, want)
	}
}

func wantUnknown(t *testing.T, targets []Target, target, dependency string) {
	t.Helper()
	want := UnknownTargetError{target, dependency}
	if err := wantError[*UnknownTargetError](t, targets); *err != want {
		t.Errorf("got unknown target %q, want %q", *err, want)
	}
}

func wantCycle(t *testing.T, targets []Target, want ...string) {
	t.Helper()
	if err := wantError[*CycleError](t, targets); !slices.Equal(err.Path, want) {
		t.Errorf("got cycle %q, want %q", err.Path, want)
	}
}

// wantMessage looks for the names in the message of the error, in this order.
func wantMessage(t *testing.T, targets []Target, names ...string) {
	t.Helper()
	_, err := BuildOrder(targets)
	if err == nil {
		t.Fatalf("BuildOrder(%q) gave no error", targets)
	}
	rest := err.Error()
	for _, name := range names {
		_, after, found := strings.Cut(rest, name)
		if !found {
			t.Errorf("the message %q does not show %q", err, names)
		}
		rest = after
	}
}

func permutations[T any](items []T) [][]T {
	if len(items) == 0 {
		return [][]T{{}}
	}
	var all [][]T
	for i, item := range items {
		for _, rest := range permutations(slices.Concat(items[:i], items[i+1:])) {
			all = append(all, append([]T{item}, rest...))
		}
	}
	return all
}

func TestDependenciesComeFirstWhereverTheyAreDeclared_R1(t *testing.T) {
	wantOrder(t, []Target{
		target("app", "http", "log"),
		target("core"),
		target("http", "net", "core"),
		target("net", "core"),
		target("log", "core"),
	}, "core", "net", "http", "log", "app")
}

func TestEveryDeclarationOrderOfADiamond_R1(t *testing.T) {
	diamond := []Target{target("top", "left", "right"), target("left", "base"), target("right", "base"), target("base")}
	for _, targets := range permutations(diamond) {
		order, err := BuildOrder(targets)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(order, []string{"base", "left", "right", "top"}) &&
			!slices.Equal(order, []string{"base", "right", "left", "top"}) {
			t.Errorf("BuildOrder(%q) = %q", targets, order)
		}
	}
}

func TestIndirectDependenciesComeFirst_R1(t *testing.T) {
	wantOrder(t, []Target{target("d", "c"), target("b", "a"), target("c", "b"), target("a")}, "a", "b", "c", "d")
}

func TestInputIsNotChanged_R1(t *testing.T) {
	declare := func() []Target { return []Target{target("a", "c", "b", "c"), target("b"), target("c", "b")} }
	targets := declare()
	wantOrder(t, targets, "b", "c", "a")
	if !reflect.DeepEqual(targets, declare()) {
		t.Errorf("the targets became %q", targets)
	}
}

func TestInputIsNotChangedOnError_R1_R7(t *testing.T) {
	declare := func() []Target { return []Target{target("a", "b", "c"), target("b", "c", "a"), target("c")} }
	targets := declare()
	wantCycle(t, targets, "a", "b", "a")
	if !reflect.DeepEqual(targets, declare()) {
		t.Errorf("the targets became %q", targets)
	}
}

func TestReadyTargetDeclaredFirstComesNext_R2(t *testing.T) {
	wantOrder(t, []Target{target("x", "z"), target("y"), target("z"), target("w")}, "y", "z", "x", "w")
}

func TestIndependentTargetsKeepTheirOrder_R2(t *testing.T) {
	wantOrder(t, []Target{target("c"), target("a"), target("d"), target("b")}, "c", "a", "d", "b")
}

func TestTargetsMadeReadyTogetherKeepTheirOrder_R2(t *testing.T) {
	targets := []Target{target("z", "base"), target("a", "base"), target("m", "base"), target("base")}
	wantOrder(t, targets, "base", "z", "a", "m")
}

func TestDecidesAfterEveryPlacement_R2(t *testing.T) {
	targets := []Target{target("first", "third"), target("second", "first"), target("third"), target("fourth")}
	wantOrder(t, targets, "third", "first", "second", "fourth")
}

func TestDeclarationCountsNotTheMomentOfBecomingReady_R2(t *testing.T) {
	var targets []Target
	var names []string
	for i := range 100 {
		targets = append(targets, target(fmt.Sprint("step", i)))
	}
	for i := range 100 {
		targets = append(targets, target(fmt.Sprint("later", i), fmt.Sprint("step", 37*i%100)))
	}
	for _, each := range targets {
		names = append(names, each.Name)
	}
	wantOrder(t, targets, names...)
}

func TestNoTargets_R3(t *testing.T) {
	wantOrder(t, nil)
	wantOrder(t, []Target{})
}

func TestRepeatedDependencyCountsOnce_R3(t *testing.T) {
	wantOrder(t, []Target{target("a", "b", "b"), target("b"), target("c")}, "b", "a", "c")
	wantOrder(t, []Target{target("a", "b", "b", "c"), target("b"), target("c")}, "b", "c", "a")
	wantOrder(t, []Target{target("a", "b", "c", "b"), target("c"), target("b")}, "c", "b", "a")
}

func TestOrderOfDependenciesHasNoInfluence_R3(t *testing.T) {
	for _, dependencies := range permutations([]string{"b", "c", "d"}) {
		targets := []Target{target("a", dependencies...), target("c"), target("b"), target("d", "c")}
		wantOrder(t, targets, "c", "b", "d", "a")
	}
}

var distinct = []string{
	"App", "app", "1", "01", "1.0", "a", "a ", " a", "", "__proto__", "constructor", "\u00e9", "e\u0301",
}

func TestSimilarNamesAreDifferentTargets_R4(t *testing.T) {
	var targets []Target
	for _, name := range distinct {
		targets = append(targets, target(name))
	}
	wantOrder(t, targets, distinct...)
}

func TestDependencyNamesExactlyOneTarget_R4(t *testing.T) {
	for i, name := range distinct {
		others := slices.Concat(distinct[:i], distinct[i+1:])
		targets := []Target{target("needs it", name)}
		for _, other := range others {
			targets = append(targets, target(other))
		}
		targets = append(targets, target(name))
		wantOrder(t, targets, append(others, name, "needs it")...)
	}
}

func TestSimilarNameIsUnknown_R4_R6(t *testing.T) {
	for _, pair := range [][2]string{
		{"App", "app"}, {"01", "1"}, {"1", "01"}, {"a ", "a"}, {"a", "a "}, {"a", ""}, {"e\u0301", "\u00e9"},
		{"a", "__proto__"}, {"a", "constructor"},
	} {
		wantUnknown(t, []Target{target(pair[0], pair[1])}, pair[0], pair[1])
	}
}

func TestErrorsHoldNamesAsGiven_R4(t *testing.T) {
	for _, name := range []string{"", "1", "01", "__proto__", "constructor", "a "} {
		wantDuplicate(t, []Target{target(name), target(name)}, name)
		wantUnknown(t, []Target{target(name, "missing")}, name, "missing")
		wantCycle(t, []Target{target("b", name), target(name, "b")}, "b", name, "b")
	}
}

func TestDuplicateName_R5(t *testing.T) {
	wantDuplicate(t, []Target{target("a"), target("b", "a"), target("a", "b")}, "a")
	wantDuplicate(t, []Target{target("a"), target("a"), target("a")}, "a")
}

func TestMessageShowsTheNames_R5_R6_R7(t *testing.T) {
	wantMessage(t, []Target{target("app"), target("app")}, "app")
	wantMessage(t, []Target{target("app", "log")}, "app", "log")
	wantMessage(t, []Target{target("app", "log"), target("log", "app")}, "app", "log", "app")
}

func TestFirstDeclarationThatRepeatsCounts_R5(t *testing.T) {
	wantDuplicate(t, []Target{target("a"), target("b"), target("b"), target("a")}, "b")
	wantDuplicate(t, []Target{target("b"), target("a"), target("a"), target("b")}, "a")
	wantDuplicate(t, []Target{target("c"), target("a"), target("b"), target("c"), target("a"), target("b")}, "c")
}

func TestDuplicateComesBeforeOtherErrors_R5(t *testing.T) {
	wantDuplicate(t, []Target{target("x", "missing"), target("y", "y"), target("z"), target("z")}, "z")
}

func TestUnknownDependency_R6(t *testing.T) {
	wantUnknown(t, []Target{target("a"), target("b", "a", "missing")}, "b", "missing")
}

func TestFirstUnknownOfFirstTargetCounts_R6(t *testing.T) {
	wantUnknown(t, []Target{target("ok"), target("m", "ok", "zeta", "alpha"), target("b", "beta")}, "m", "zeta")
}

func TestOrderOfDeclarationDecidesNotThatOfBuilding_R6(t *testing.T) {
	wantUnknown(t, []Target{target("a", "b", "zeta"), target("b", "alpha")}, "a", "zeta")
}

func TestUnknownComesBeforeCycle_R6(t *testing.T) {
	targets := []Target{target("a", "b"), target("b", "a"), target("c", "c"), target("d", "missing")}
	wantUnknown(t, targets, "d", "missing")
	wantUnknown(t, []Target{target("a", "a", "missing")}, "a", "missing")
}

func TestCycleOfThree_R7(t *testing.T) {
	wantCycle(t, []Target{target("a", "c"), target("b", "a"), target("c", "b")}, "a", "c", "b", "a")
}

func TestCycleOfOne_R7(t *testing.T) {
	wantCycle(t, []Target{target("a", "a")}, "a", "a")
	wantCycle(t, []Target{target("free"), target("b", "free", "b")}, "b", "b")
}

func TestTargetsThatOnlyDependOnCycleAreLeftOut_R7(t *testing.T) {
	targets := []Target{target("user", "proxy"), target("proxy", "b"), target("a", "b"), target("b", "a")}
	wantCycle(t, targets, "a", "b", "a")
}

func TestTargetsThatCycleDependsOnAreLeftOut_R7(t *testing.T) {
	wantCycle(t, []Target{target("a", "free", "b"), target("free"), target("b", "free", "a")}, "a", "b", "a")
}

func TestPathBeginsWithTargetDeclaredFirstNotWithEntry_R7(t *testing.T) {
	targets := []Target{target("start", "y"), target("z", "x"), target("x", "y"), target("y", "z")}
	wantCycle(t, targets, "z", "x", "y", "z")
}

func TestFollowsFirstBlockedDependency_R7(t *testing.T) {
	targets := []Target{target("a", "free", "c", "b"), target("b", "a"), target("c", "a"), target("free")}
	wantCycle(t, targets, "a", "c", "a")
}

func TestFirstBlockedTargetLeadsToTheCycle_R7(t *testing.T) {
	wantCycle(t, []Target{
		target("start", "d"),
		target("a", "b"), target("b", "a"),
		target("c", "d"), target("d", "c"),
		target("e", "f"), target("f", "e"),
	}, "c", "d", "c")
}

func TestFollowsBlockedDependencyThatIsInNoCycle_R7(t *testing.T) {
	targets := []Target{target("a", "bridge", "a"), target("bridge", "d"), target("c", "d"), target("d", "c")}
	wantCycle(t, targets, "c", "d", "c")
}

func TestSelfDependencyBesideLongerCycle_R7(t *testing.T) {
	wantCycle(t, []Target{target("a", "b"), target("b", "b", "a")}, "b", "b")
	wantCycle(t, []Target{target("a", "b"), target("b", "a", "b")}, "a", "b", "a")
}

// numbers returns the names "0", "1" and so on.
func numbers() []string {
	names := make([]string, long)
	for i := range names {
		names[i] = strconv.Itoa(i)
	}
	return names
}

func reversedNumbers() []string {
	names := numbers()
	slices.Reverse(names)
	return names
}

func withinTwoSeconds(t *testing.T, action func()) {
	t.Helper()
	start := time.Now()
	action()
	if elapsed := time.Since(start); elapsed >= 2*time.Second {
		t.Errorf("took %v", elapsed)
	}
}

func TestLongChainEachNeedingTheNext_R8(t *testing.T) {
	names := numbers()
	targets := make([]Target, long)
	for i, name := range names {
		targets[i] = Target{name, names[i+1 : min(i+2, long)]}
	}
	withinTwoSeconds(t, func() { wantOrder(t, targets, reversedNumbers()...) })
}

func TestLongChainEachNeedingTheOneBefore_R8(t *testing.T) {
	names := numbers()
	targets := make([]Target, long)
	for i, name := range names {
		targets[i] = Target{name, names[max(i-1, 0):i]}
	}
	withinTwoSeconds(t, func() { wantOrder(t, targets, names...) })
}

func TestLongCycleEachNeedingTheNext_R8(t *testing.T) {
	names := numbers()
	targets := make([]Target, long)
	for i, name := range names {
		targets[i] = target(name, names[(i+1)%long])
	}
	withinTwoSeconds(t, func() { wantCycle(t, targets, append(names, "0")...) })
}

func TestLongCycleEachNeedingTheOneBefore_R8(t *testing.T) {
	names := numbers()
	targets := make([]Target, long)
	for i, name := range names {
		targets[i] = target(name, names[(i+long-1)%long])
	}
	withinTwoSeconds(t, func() { wantCycle(t, targets, append([]string{"0"}, reversedNumbers()...)...) })
}
