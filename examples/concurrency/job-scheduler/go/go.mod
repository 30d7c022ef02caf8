module example.com/job-scheduler

go 1.24
