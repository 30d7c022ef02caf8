<?php

declare(strict_types=1);

namespace FifoStockCosting;

use PHPUnit\Framework\TestCase;

require_once __DIR__ . '/StockCosting.php';

final class StockCostingTest extends TestCase
{
    private const MOST_UNITS = 1_000_000;
    private const MOST_CENTS = 1_000_000_000_000;

    public function testASaleTakesTheOldestUnitsAcrossPurchases_R1(): void
    {
        $movements = [self::buy('tea', 10, 1000), self::buy('tea', 5, 900), self::sell('tea', 12)];
        self::assertReport([1360], [['tea', 12, 1360, 3, 540]], $movements);
    }

    public function testSalesEndWithinAPurchaseAtItsEndAndJustBehindIt_R1(): void
    {
        $lots = [self::buy('tea', 2, 20), self::buy('tea', 3, 3), self::buy('tea', 1, 500), self::buy('tea', 4, 0)];
        self::assertReport([10], [['tea', 1, 10, 9, 513]], [...$lots, self::sell('tea', 1)]);
        self::assertReport([20], [['tea', 2, 20, 8, 503]], [...$lots, self::sell('tea', 2)]);
        self::assertReport([21], [['tea', 3, 21, 7, 502]], [...$lots, self::sell('tea', 3)]);
        self::assertReport([523], [['tea', 10, 523, 0, 0]], [...$lots, self::sell('tea', 10)]);
    }

    public function testPurchasesBetweenSales_R1(): void
    {
        self::assertReport([20, 30, 37], [['tea', 5, 87, 0, 0]], [
            self::buy('tea', 2, 20),
            self::sell('tea', 2),
            self::buy('tea', 2, 60),
            self::sell('tea', 1),
            self::buy('tea', 1, 7),
            self::sell('tea', 2),
        ]);
    }

    public function testCentsThatDoNotDivideEvenly_R2(): void
    {
        $lot = self::buy('tea', 3, 100);
        $one = self::sell('tea', 1);
        self::assertReport([33, 33, 34], [['tea', 3, 100, 0, 0]], [$lot, $one, $one, $one]);
        self::assertReport([66, 34], [['tea', 3, 100, 0, 0]], [$lot, self::sell('tea', 2), $one]);
        self::assertReport([33, 33], [['tea', 2, 66, 1, 34]], [$lot, $one, $one]);
    }

    public function testFewerCentsThanUnits_R2(): void
    {
        $movements = [self::buy('tea', 5, 3), ...array_fill(0, 5, self::sell('tea', 1))];
        self::assertReport([0, 1, 0, 1, 1], [['tea', 5, 3, 0, 0]], $movements);
    }

    public function testTheRoundingOfOnePurchaseDoesNotReachTheNext_R2(): void
    {
        $lot = self::buy('tea', 3, 100);
        $movements = [$lot, $lot, self::sell('tea', 4), self::sell('tea', 1)];
        self::assertReport([133, 33], [['tea', 5, 166, 1, 34]], $movements);
    }

    public function testItemsHavePurchasesOfTheirOwnInTheOrderOfFirstMovements_R3(): void
    {
        $items = [['tea', 2, 20, 1, 11], ['rice', 1, 100, 3, 300], ['salt', 0, 0, 1, 5]];
        self::assertReport([20, 100], $items, [
            self::buy('tea', 2, 20),
            self::buy('rice', 4, 400),
            self::sell('tea', 2),
            self::buy('salt', 1, 5),
            self::sell('rice', 1),
            self::buy('tea', 1, 11),
        ]);
    }

    public function testSoldOutItemsAndAnEmptyList_R3(): void
    {
        self::assertReport([9], [['tea', 1, 9, 0, 0]], [self::buy('tea', 1, 9), self::sell('tea', 1)]);
        self::assertReport([], [], []);
    }

    public function testItemsAreToldApartByTheirExactTexts_R4(): void
    {
        $movements = [];
        foreach (['1', '01', '1.0', 'a', 'A', '__proto__', 'constructor'] as $place => $name) {
            $movements[] = self::buy($name, 1, $place + 1);
        }
        $items = [
            ['1', 0, 0, 1, 1],
            ['01', 1, 2, 0, 0],
            ['1.0', 0, 0, 1, 3],
            ['a', 0, 0, 1, 4],
            ['A', 0, 0, 1, 5],
            ['__proto__', 1, 6, 0, 0],
            ['constructor', 0, 0, 1, 7],
        ];
        self::assertReport([2, 6], $items, [...$movements, self::sell('01', 1), self::sell('__proto__', 1)]);
    }

    public function testGreatQuantitiesAndCostsAreExact_R5(): void
    {
        $movements = [self::buy('tea', 999_983, 999_999_999_999), self::sell('tea', 829_847), self::sell('tea', 170_136)];
        self::assertReport([829_861_107_637, 170_138_892_362], [['tea', 999_983, 999_999_999_999, 0, 0]], $movements);
    }

    public function testMoreThanThereIsInStock_R6(): void
    {
        self::assertOutOfStock(0, 'tea', 1, [self::sell('tea', 1)]);
        self::assertOutOfStock(1, 'tea', 3, [self::buy('tea', 4, 1), self::sell('tea', 7)]);
        self::assertOutOfStock(2, 'tea', 1, [self::buy('tea', 4, 1), self::sell('tea', 4), self::sell('tea', 1)]);
        self::assertOutOfStock(1, 'rice', 2, [self::buy('tea', 4, 1), self::sell('rice', 2)]);
    }

    public function testPurchasesThatComeLaterDoNotCount_R6(): void
    {
        $movements = [self::buy('tea', 1, 1), self::sell('tea', 2), self::buy('tea', 9, 1)];
        self::assertOutOfStock(1, 'tea', 1, $movements);
    }

    public function testEachField_R7(): void
    {
        $bought = self::buy('tea', 1, 1);
        self::assertInvalid(0, 'item', [self::buy('', 1, 1)]);
        self::assertInvalid(1, 'item', [$bought, self::sell('', 1)]);
        foreach ([0, -1, self::MOST_UNITS + 1, PHP_INT_MIN] as $quantity) {
            self::assertInvalid(0, 'quantity', [self::buy('tea', $quantity, 1)]);
            self::assertInvalid(1, 'quantity', [$bought, self::sell('tea', $quantity)]);
        }
        foreach ([-1, self::MOST_CENTS + 1] as $cost) {
            self::assertInvalid(0, 'cost', [self::buy('tea', 1, $cost)]);
        }
    }

    public function testTheBoundsThemselvesAreAccepted_R7(): void
    {
        self::assertReport([999_999_000_000, 1_000_000], [['tea', self::MOST_UNITS + 1, self::MOST_CENTS, 0, 0]], [
            self::buy('tea', 1, 0),
            self::buy('tea', self::MOST_UNITS, self::MOST_CENTS),
            self::sell('tea', self::MOST_UNITS),
            self::sell('tea', 1),
        ]);
    }

    public function testTheFirstFaultCountsFieldsBeforeStockAndInTheirOrder_R6_R7(): void
    {
        self::assertInvalid(0, 'item', [self::buy('', 0, -1), self::sell('tea', 1)]);
        self::assertInvalid(0, 'quantity', [self::buy('tea', 0, -1)]);
        self::assertInvalid(0, 'quantity', [self::sell('tea', self::MOST_UNITS + 1)]);
        self::assertOutOfStock(0, 'tea', 2, [self::sell('tea', 2), self::buy('', 0, -1)]);
    }

    public function testManyPurchasesAndSales_R8(): void
    {
        $count = 200_000;
        $movements = [];
        for ($place = 0; $place < $count; $place++) {
            $movements[] = self::buy('tea', self::MOST_UNITS, $place);
        }
        $start = hrtime(true);
        $report = StockCosting::cost([...$movements, ...array_fill(0, $count, self::sell('tea', self::MOST_UNITS))]);
        self::assertLessThan(5, (hrtime(true) - $start) / 1e9);
        self::assertSame([$count - 2, $count - 1], array_slice($report->saleCosts, -2));
        $item = new ItemReport('tea', $count * self::MOST_UNITS, intdiv($count * ($count - 1), 2), 0, 0);
        self::assertEquals([$item], $report->items);
    }

    private static function buy(string $item, int $quantity, int $cost): Movement
    {
        return Movement::purchase($item, $quantity, $cost);
    }

    private static function sell(string $item, int $quantity): Movement
    {
        return Movement::sale($item, $quantity);
    }

    /**
     * @param list<int> $saleCosts
     * @param list<array{string, int, int, int, int}> $items
     * @param list<Movement> $movements
     */
    private static function assertReport(array $saleCosts, array $items, array $movements): void
    {
        $report = StockCosting::cost($movements);
        self::assertSame($saleCosts, $report->saleCosts);
        self::assertSame($items, array_map(static fn (ItemReport $entry): array => array_values((array) $entry), $report->items));
    }

    /** @param list<Movement> $movements */
    private static function assertInvalid(int $index, string $field, array $movements): void
    {
        try {
            StockCosting::cost($movements);
        } catch (InvalidMovement $error) {
            self::assertSame([$index, $field], [$error->index, $error->field]);
            self::assertMatchesRegularExpression("/$index.*$field/", $error->getMessage());

            return;
        }
        self::fail("no error about $field");
    }

    /** @param list<Movement> $movements */
    private static function assertOutOfStock(int $index, string $item, int $missing, array $movements): void
    {
        try {
            StockCosting::cost($movements);
        } catch (OutOfStock $error) {
            self::assertSame([$index, $item, $missing], [$error->index, $error->item, $error->missing]);
            self::assertMatchesRegularExpression("/$index.*$missing.*$item/", $error->getMessage());

            return;
        }
        self::fail("no error about $item");
    }
}
