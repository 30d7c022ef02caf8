module example.com/process-pipeline

go 1.24
