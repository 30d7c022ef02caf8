module example.com/resumable-upload

go 1.24
