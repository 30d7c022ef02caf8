module example.com/fifo-stock-costing

go 1.24
