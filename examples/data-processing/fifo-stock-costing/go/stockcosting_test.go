package stockcosting

import (
	"errors"
	"math"
	"regexp"
	"slices"
	"testing"
	"time"
)

const (
	mostUnits = 1_000_000
	mostCents = 1_000_000_000_000
)

func buy(item string, quantity, cost int64) Movement {
	return Movement{Kind: Purchase, Item: item, Quantity: quantity, Cost: cost}
}

func sell(item string, quantity int64) Movement {
	return Movement{Kind: Sale, Item: item, Quantity: quantity}
}

func expect(t *testing.T, saleCosts []int64, items []ItemReport, movements ...Movement) {
	t.Helper()
	before := slices.Clone(movements)
	report, err := Cost(movements)
	if err != nil {
		t.Fatalf("error: %v", err)
	}
	if !slices.Equal(report.SaleCosts, saleCosts) {
		t.Errorf("sales cost %v, expected %v", report.SaleCosts, saleCosts)
	}
	if !slices.Equal(report.Items, items) {
		t.Errorf("items are %v, expected %v", report.Items, items)
	}
	if !slices.Equal(before, movements) {
		t.Errorf("the list became %v", movements)
	}
}

func expectMessage(t *testing.T, err error, pattern string) {
	t.Helper()
	if !regexp.MustCompile(pattern).MatchString(err.Error()) {
		t.Errorf("message %q does not match %s", err, pattern)
	}
}

func expectInvalid(t *testing.T, index int, field string, movements ...Movement) {
	t.Helper()
	report, err := Cost(movements)
	var invalid *InvalidMovementError
	if !errors.As(err, &invalid) || *invalid != (InvalidMovementError{index, field}) {
		t.Fatalf("error %v, expected a wrong %s at %d", err, field, index)
	}
	expectMessage(t, err, string(rune('0'+index))+".*"+field)
	expectNothing(t, report)
}

func expectOutOfStock(t *testing.T, expected OutOfStockError, movements ...Movement) {
	t.Helper()
	report, err := Cost(movements)
	var out *OutOfStockError
	if !errors.As(err, &out) || *out != expected {
		t.Fatalf("error %v, expected %v", err, &expected)
	}
	expectMessage(t, err, string(rune('0'+out.Index))+".*"+string(rune('0'+out.Missing))+".*"+out.Item)
	expectNothing(t, report)
}

func expectNothing(t *testing.T, report Report) {
	t.Helper()
	if report.SaleCosts != nil || report.Items != nil {
		t.Errorf("a report beside the error: %v", report)
	}
}

func TestSaleTakesTheOldestUnitsAcrossPurchases_R1(t *testing.T) {
	expect(t, []int64{1360}, []ItemReport{{"tea", 12, 1360, 3, 540}},
		buy("tea", 10, 1000), buy("tea", 5, 900), sell("tea", 12))
}

func TestSalesEndWithinAPurchaseAtItsEndAndJustBehindIt_R1(t *testing.T) {
	lots := []Movement{buy("tea", 2, 20), buy("tea", 3, 3), buy("tea", 1, 500), buy("tea", 4, 0)}
	for _, expected := range []ItemReport{
		{"tea", 1, 10, 9, 513}, {"tea", 2, 20, 8, 503}, {"tea", 3, 21, 7, 502}, {"tea", 10, 523, 0, 0},
	} {
		expect(t, []int64{expected.SoldCost}, []ItemReport{expected}, append(lots, sell("tea", expected.SoldUnits))...)
	}
}

func TestPurchasesBetweenSales_R1(t *testing.T) {
	expect(t, []int64{20, 30, 37}, []ItemReport{{"tea", 5, 87, 0, 0}},
		buy("tea", 2, 20), sell("tea", 2), buy("tea", 2, 60), sell("tea", 1), buy("tea", 1, 7), sell("tea", 2))
}

func TestCentsThatDoNotDivideEvenly_R2(t *testing.T) {
	lot := buy("tea", 3, 100)
	all := []ItemReport{{"tea", 3, 100, 0, 0}}
	expect(t, []int64{33, 33, 34}, all, lot, sell("tea", 1), sell("tea", 1), sell("tea", 1))
	expect(t, []int64{66, 34}, all, lot, sell("tea", 2), sell("tea", 1))
	expect(t, []int64{33, 33}, []ItemReport{{"tea", 2, 66, 1, 34}}, lot, sell("tea", 1), sell("tea", 1))
}

func TestFewerCentsThanUnits_R2(t *testing.T) {
	one := sell("tea", 1)
	expect(t, []int64{0, 1, 0, 1, 1}, []ItemReport{{"tea", 5, 3, 0, 0}}, buy("tea", 5, 3), one, one, one, one, one)
}

func TestRoundingOfOnePurchaseDoesNotReachTheNext_R2(t *testing.T) {
	expect(t, []int64{133, 33}, []ItemReport{{"tea", 5, 166, 1, 34}},
		buy("tea", 3, 100), buy("tea", 3, 100), sell("tea", 4), sell("tea", 1))
}

func TestItemsHavePurchasesOfTheirOwnInTheOrderOfFirstMovements_R3(t *testing.T) {
	expect(t, []int64{20, 100}, []ItemReport{{"tea", 2, 20, 1, 11}, {"rice", 1, 100, 3, 300}, {"salt", 0, 0, 1, 5}},
		buy("tea", 2, 20), buy("rice", 4, 400), sell("tea", 2), buy("salt", 1, 5), sell("rice", 1), buy("tea", 1, 11))
}

func TestSoldOutItemsAndAnEmptyList_R3(t *testing.T) {
	expect(t, []int64{9}, []ItemReport{{"tea", 1, 9, 0, 0}}, buy("tea", 1, 9), sell("tea", 1))
	expect(t, nil, nil)
}

func TestItemsAreToldApartByTheirExactTexts_R4(t *testing.T) {
	names := []string{"1", "01", "1.0", "a", "A", "__proto__", "constructor"}
	var movements []Movement
	var items []ItemReport
	for place, name := range names {
		movements = append(movements, buy(name, 1, int64(place+1)))
		items = append(items, ItemReport{name, 0, 0, 1, int64(place + 1)})
	}
	items[1] = ItemReport{"01", 1, 2, 0, 0}
	items[5] = ItemReport{"__proto__", 1, 6, 0, 0}
	expect(t, []int64{2, 6}, items, append(movements, sell("01", 1), sell("__proto__", 1))...)
}

func TestGreatQuantitiesAndCostsAreExact_R5(t *testing.T) {
	expect(t, []int64{829_861_107_637, 170_138_892_362}, []ItemReport{{"tea", 999_983, 999_999_999_999, 0, 0}},
		buy("tea", 999_983, 999_999_999_999), sell("tea", 829_847), sell("tea", 170_136))
}

func TestMoreThanThereIsInStock_R6(t *testing.T) {
	expectOutOfStock(t, OutOfStockError{0, "tea", 1}, sell("tea", 1))
	expectOutOfStock(t, OutOfStockError{1, "tea", 3}, buy("tea", 4, 1), sell("tea", 7))
	expectOutOfStock(t, OutOfStockError{2, "tea", 1}, buy("tea", 4, 1), sell("tea", 4), sell("tea", 1))
	expectOutOfStock(t, OutOfStockError{1, "rice", 2}, buy("tea", 4, 1), sell("rice", 2))
}

func TestPurchasesThatComeLaterDoNotCount_R6(t *testing.T) {
	expectOutOfStock(t, OutOfStockError{1, "tea", 1}, buy("tea", 1, 1), sell("tea", 2), buy("tea", 9, 1))
}

func TestEachField_R7(t *testing.T) {
	expectInvalid(t, 0, "item", buy("", 1, 1))
	expectInvalid(t, 1, "item", buy("tea", 1, 1), sell("", 1))
	for _, quantity := range []int64{0, -1, mostUnits + 1, math.MinInt64} {
		expectInvalid(t, 0, "quantity", buy("tea", quantity, 1))
		expectInvalid(t, 1, "quantity", buy("tea", 1, 1), sell("tea", quantity))
	}
	for _, cost := range []int64{-1, mostCents + 1} {
		expectInvalid(t, 0, "cost", buy("tea", 1, cost))
		sale := Movement{Kind: Sale, Item: "tea", Quantity: 1, Cost: cost}
		expect(t, []int64{7}, []ItemReport{{"tea", 1, 7, 0, 0}}, buy("tea", 1, 7), sale)
	}
}

func TestTheBoundsThemselvesAreAccepted_R7(t *testing.T) {
	expect(t, []int64{999_999_000_000, 1_000_000}, []ItemReport{{"tea", mostUnits + 1, mostCents, 0, 0}},
		buy("tea", 1, 0), buy("tea", mostUnits, mostCents), sell("tea", mostUnits), sell("tea", 1))
}

func TestTheFirstFaultCountsFieldsBeforeStockAndInTheirOrder_R6_R7(t *testing.T) {
	expectInvalid(t, 0, "item", buy("", 0, -1), sell("tea", 1))
	expectInvalid(t, 0, "quantity", buy("tea", 0, -1))
	expectInvalid(t, 0, "quantity", sell("tea", mostUnits+1))
	expectOutOfStock(t, OutOfStockError{0, "tea", 2}, sell("tea", 2), buy("", 0, -1))
}

func TestManyPurchasesAndSales_R8(t *testing.T) {
	const count = 200_000
	var movements []Movement
	for place := range int64(count) {
		movements = append(movements, buy("tea", mostUnits, place))
	}
	for range count {
		movements = append(movements, sell("tea", mostUnits))
	}
	start := time.Now()
	report, err := Cost(movements)
	if took := time.Since(start); err != nil || took > 5*time.Second {
		t.Fatalf("error %v after %v", err, took)
	}
	if last := report.SaleCosts[count-2:]; !slices.Equal(last, []int64{count - 2, count - 1}) {
		t.Errorf("the last sales cost %v", last)
	}
	if expected := (ItemReport{"tea", count * mostUnits, count * (count - 1) / 2, 0, 0}); report.Items[0] != expected {
		t.Errorf("the item is %v, expected %v", report.Items[0], expected)
	}
}
