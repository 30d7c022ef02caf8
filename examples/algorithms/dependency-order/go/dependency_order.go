// Package dependencyorder orders build targets by their dependencies.
package dependencyorder

import (
	"container/heap"
	"fmt"
	"slices"
	"sort"
	"strings"
)

// A Target is declared with its name and the names of the targets it depends on.
type Target struct {
	Name         string
	Dependencies []string
}

// A DuplicateTargetError means that a name is declared twice.
type DuplicateTargetError struct {
	Name string
}

func (e *DuplicateTargetError) Error() string {
	return fmt.Sprintf("target %q is declared twice", e.Name)
}

// An UnknownTargetError means that a target depends on a name that is declared nowhere.
type UnknownTargetError struct {
	Target     string
	Dependency string
}

func (e *UnknownTargetError) Error() string {
	return fmt.Sprintf("target %q depends on the unknown target %q", e.Target, e.Dependency)
}

// A CycleError means that targets depend on each other. Its path ends with the name it begins with.
type CycleError struct {
	Path []string
}

func (e *CycleError) Error() string {
	quoted := make([]string, len(e.Path))
	for i, name := range e.Path {
		quoted[i] = fmt.Sprintf("%q", name)
	}
	return "dependency cycle: " + strings.Join(quoted, " -> ")
}

// BuildOrder returns the names of all targets, each one after its dependencies;
// of the targets that are ready, the one declared first comes next.
//
// If there is no such order it returns nil and a *DuplicateTargetError,
// an *UnknownTargetError or a *CycleError, looked for in this order.
func BuildOrder(targets []Target) ([]string, error) {
	dependencies, err := resolve(targets)
	if err != nil {
		return nil, err
	}
	order := place(dependencies)
	if len(order) < len(targets) {
		return nil, &CycleError{namesOf(targets, findCycle(dependencies, order))}
	}
	return namesOf(targets, order), nil
}

func namesOf(targets []Target, indexes []int) []string {
	names := make([]string, len(indexes))
	for i, index := range indexes {
		names[i] = targets[index].Name
	}
	return names
}

// resolve returns the dependencies of each target as indexes of targets.
func resolve(targets []Target) ([][]int, error) {
	indexes := make(map[string]int, len(targets))
	for i, target := range targets {
		if _, declared := indexes[target.Name]; declared {
			return nil, &DuplicateTargetError{target.Name}
		}
		indexes[target.Name] = i
	}

	resolved := make([][]int, len(targets))
	for i, target := range targets {
		resolved[i] = make([]int, len(target.Dependencies))
		for j, dependency := range target.Dependencies {
			index, declared := indexes[dependency]
			if !declared {
				return nil, &UnknownTargetError{target.Name, dependency}
			}
			resolved[i][j] = index
		}
	}
	return resolved, nil
}

// place returns the targets that are not blocked, in build order.
func place(dependencies [][]int) []int {
	dependents := reverse(dependencies)
	missing := make([]int, len(dependencies))
	ready := &indexHeap{}
	for i, own := range dependencies {
		missing[i] = len(own)
		if len(own) == 0 {
			heap.Push(ready, i)
		}
	}

	order := make([]int, 0, len(dependencies))
	for ready.Len() > 0 {
		placed := heap.Pop(ready).(int)
		order = append(order, placed)
		for _, dependent := range dependents[placed] {
			missing[dependent]--
			if missing[dependent] == 0 {
				heap.Push(ready, dependent)
			}
		}
	}
	return order
}

func reverse(links [][]int) [][]int {
	reversed := make([][]int, len(links))
	for from, own := range links {
		for _, to := range own {
			reversed[to] = append(reversed[to], from)
		}
	}
	return reversed
}

// findCycle walks from the first target that is not placed into a cycle,
// and returns that cycle from its lowest index back to it.
func findCycle(dependencies [][]int, placed []int) []int {
	blocked := slices.Repeat([]bool{true}, len(dependencies))
	for _, index := range placed {
		blocked[index] = false
	}

	steps := make(map[int]int) // target to its place in walk
	var walk []int
	current := slices.Index(blocked, true)
	for {
		if start, visited := steps[current]; visited {
			return turnToLowest(walk[start:])
		}
		steps[current] = len(walk)
		walk = append(walk, current)
		next := slices.IndexFunc(dependencies[current], func(index int) bool { return blocked[index] })
		current = dependencies[current][next]
	}
}

func turnToLowest(cycle []int) []int {
	first := slices.Index(cycle, slices.Min(cycle))
	return slices.Concat(cycle[first:], cycle[:first+1])
}

// indexHeap implements heap.Interface with the smallest index on top.
type indexHeap struct {
	sort.IntSlice
}

func (h *indexHeap) Push(index any) {
	h.IntSlice = append(h.IntSlice, index.(int))
}

func (h *indexHeap) Pop() any {
	last := len(h.IntSlice) - 1
	index := h.IntSlice[last]
	h.IntSlice = h.IntSlice[:last]
	return index
}
