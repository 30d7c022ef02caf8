module example.com/expression-evaluator

go 1.24
