package main

import "slices"

// role is the kind of a caller.
type role string

const (
	customer role = "customer"
	staff    role = "staff"
)

// transition says who may take an action, in which states, and the state after it.
type transition struct {
	action string
	roles  []role
	from   []string
	to     string
}

// transitions are in the order in which clients are told of them.
var transitions = []transition{
	{"place", []role{customer}, []string{"draft"}, "placed"},
	{"pay", []role{staff}, []string{"placed"}, "paid"},
	{"ship", []role{staff}, []string{"paid"}, "shipped"},
	{"deliver", []role{staff}, []string{"shipped"}, "delivered"},
	{"cancel", []role{customer, staff}, []string{"draft", "placed"}, "cancelled"},
	{"refund", []role{staff}, []string{"paid", "delivered"}, "refunded"},
}

func findTransition(action string) (transition, bool) {
	i := slices.IndexFunc(transitions, func(t transition) bool { return t.action == action })
	if i < 0 {
		return transition{}, false
	}
	return transitions[i], true
}

// allowedActions returns what a role can do with an order in a state; never nil, because JSON has a null for that.
func allowedActions(r role, status string) []string {
	allowed := []string{}
	for _, t := range transitions {
		if slices.Contains(t.roles, r) && slices.Contains(t.from, status) {
			allowed = append(allowed, t.action)
		}
	}
	return allowed
}

// givesStockBack reports whether goods that were reserved, but not sent, are for sale again after a change of state.
func givesStockBack(from, to string) bool {
	return (from == "placed" || from == "paid") && (to == "cancelled" || to == "refunded")
}
