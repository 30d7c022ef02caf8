module example.com/event-stream-parser

go 1.24
