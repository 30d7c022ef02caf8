module example.com/cron-next

go 1.24
