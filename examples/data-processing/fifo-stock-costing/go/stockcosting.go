// Package stockcosting costs stock by first in, first out.
package stockcosting

import "fmt"

const (
	maxQuantity = 1_000_000
	maxCost     = 1_000_000_000_000
)

// Kind tells a purchase from a sale.
type Kind int

const (
	Purchase Kind = iota
	Sale
)

// Movement is a purchase or a sale of units of an item.
type Movement struct {
	Kind     Kind
	Item     string
	Quantity int64
	Cost     int64 // of a purchase: cents for all units together
}

// ItemReport tells what became of one item; costs in cents.
type ItemReport struct {
	Item       string
	SoldUnits  int64
	SoldCost   int64
	StockUnits int64
	StockCost  int64
}

// Report holds the costs of the sales and the items, in the order of their first movements.
type Report struct {
	SaleCosts []int64
	Items     []ItemReport
}

// InvalidMovementError says that a movement has a wrong field.
type InvalidMovementError struct {
	Index int    // in the list, from 0
	Field string // item, quantity or cost
}

func (e *InvalidMovementError) Error() string {
	return fmt.Sprintf("movement %d has a wrong %s", e.Index, e.Field)
}

// OutOfStockError says that a sale is of more units than there are in stock.
type OutOfStockError struct {
	Index   int // in the list, from 0
	Item    string
	Missing int64
}

func (e *OutOfStockError) Error() string {
	return fmt.Sprintf("sale %d: %d units of %s are missing", e.Index, e.Missing, e.Item)
}

// lot is a purchase of which some units are sold.
type lot struct{ quantity, cost, sold int64 }

// costOfFirst stays within int64: the product is at most 10^18.
func (l *lot) costOfFirst(units int64) int64 {
	return l.cost * units / l.quantity
}

// shelf is the lots of one item; those before head are sold out.
type shelf struct {
	lots   []lot
	head   int
	report ItemReport
}

func (s *shelf) add(quantity, cost int64) {
	s.lots = append(s.lots, lot{quantity: quantity, cost: cost})
	s.report.StockUnits += quantity
	s.report.StockCost += cost
}

// take sells units, of which there are as many in stock, and returns their cost.
func (s *shelf) take(quantity int64) int64 {
	var cost int64
	for wanted := quantity; wanted > 0; {
		oldest := &s.lots[s.head]
		units := min(wanted, oldest.quantity-oldest.sold)
		cost += oldest.costOfFirst(oldest.sold+units) - oldest.costOfFirst(oldest.sold)
		oldest.sold += units
		wanted -= units
		if oldest.sold == oldest.quantity {
			s.head++
		}
	}
	s.report.SoldUnits += quantity
	s.report.SoldCost += cost
	s.report.StockUnits -= quantity
	s.report.StockCost -= cost
	return cost
}

// Cost tells what the units sold have cost and what is left. Movements are in order, the oldest first. The error is a
// *InvalidMovementError or a *OutOfStockError about the first movement that can not be.
func Cost(movements []Movement) (Report, error) {
	var saleCosts []int64
	var shelves []*shelf
	byItem := map[string]*shelf{}
	for index, movement := range movements {
		if field := wrongField(movement); field != "" {
			return Report{}, &InvalidMovementError{index, field}
		}
		stock, known := byItem[movement.Item]
		if !known {
			stock = &shelf{report: ItemReport{Item: movement.Item}}
			byItem[movement.Item] = stock
			shelves = append(shelves, stock)
		}
		if movement.Kind == Purchase {
			stock.add(movement.Quantity, movement.Cost)
			continue
		}
		if missing := movement.Quantity - stock.report.StockUnits; missing > 0 {
			return Report{}, &OutOfStockError{index, movement.Item, missing}
		}
		saleCosts = append(saleCosts, stock.take(movement.Quantity))
	}
	items := make([]ItemReport, len(shelves))
	for place, stock := range shelves {
		items[place] = stock.report
	}
	return Report{saleCosts, items}, nil
}

// wrongField is the first field that is wrong, or empty.
func wrongField(movement Movement) string {
	switch {
	case movement.Item == "":
		return "item"
	case movement.Quantity < 1 || movement.Quantity > maxQuantity:
		return "quantity"
	case movement.Kind == Purchase && (movement.Cost < 0 || movement.Cost > maxCost):
		return "cost"
	default:
		return ""
	}
}
