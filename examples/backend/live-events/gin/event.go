package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

const heartbeatText = ":\n\n"

// dataLines begins a new line of data at each line end.
var dataLines = strings.NewReplacer("\r\n", "\ndata: ", "\r", "\ndata: ", "\n", "\ndata: ")

// eventText returns an event. The name must be a single line, the data may have many.
func eventText(event, data string) string {
	return fmt.Sprintf("event: %s\ndata: %s\n\n", event, dataLines.Replace(data))
}

// eventTextWithID is eventText with an id, with which a client can resume.
func eventTextWithID(id int64, event, data string) string {
	return "id: " + strconv.FormatInt(id, 10) + "\n" + eventText(event, data)
}

// retryText tells a client how long to wait before it comes again.
func retryText(retry time.Duration) string {
	return fmt.Sprintf("retry: %d\n\n", retry.Milliseconds())
}
