package appendonlystore

import (
	"bufio"
	"encoding/binary"
	"hash/crc32"
	"io"
	"strings"
	"unicode/utf8"
)

const (
	magic = "AOSTORE1"

	// A record is a header (payload length, CRC-32 of those four bytes, CRC-32 of the payload) and its payload.
	lengthSize = 4
	headerSize = 12

	// A payload begins with the record type and the key length.
	keyStart     = 3
	putRecord    = 1
	deleteRecord = 2

	maxKeySize     = 1 << 10
	maxValueSize   = 1 << 20
	minPayloadSize = keyStart + 1
	maxPayloadSize = keyStart + maxKeySize + maxValueSize
)

func encodeRecord(recordType byte, key string, value []byte) []byte {
	payloadSize := keyStart + len(key) + len(value)
	payload := make([]byte, 0, payloadSize)
	payload = append(payload, recordType)
	payload = binary.BigEndian.AppendUint16(payload, uint16(len(key)))
	payload = append(payload, key...)
	payload = append(payload, value...)

	record := make([]byte, 0, headerSize+payloadSize)
	record = binary.BigEndian.AppendUint32(record, uint32(payloadSize))
	record = binary.BigEndian.AppendUint32(record, crc32.ChecksumIEEE(record))
	record = binary.BigEndian.AppendUint32(record, crc32.ChecksumIEEE(payload))
	return append(record, payload...)
}

// replay applies the records of a log to contents. It returns the length of the valid part of the log, which is 0 if
// not even the magic is whole.
func replay(log *io.SectionReader, contents map[string][]byte) (int64, error) {
	reader := bufio.NewReader(log)
	beginning := make([]byte, min(log.Size(), int64(len(magic))))
	if _, err := io.ReadFull(reader, beginning); err != nil {
		return 0, err
	}
	if !strings.HasPrefix(magic, string(beginning)) {
		return 0, ErrFormat
	}
	if len(beginning) < len(magic) {
		return 0, nil
	}
	offset := int64(len(magic))
	for offset < log.Size() {
		payload, err := readPayload(reader, offset, log.Size()-offset)
		if err != nil {
			return 0, err
		}
		if payload == nil {
			break
		}
		if !apply(payload, contents) {
			return 0, &CorruptError{Offset: offset}
		}
		offset += headerSize + int64(len(payload))
	}
	return offset, nil
}

// readPayload reads the record at offset, with available bytes up to the end of the file. It returns nil for a torn
// tail.
func readPayload(reader *bufio.Reader, offset, available int64) ([]byte, error) {
	if available < headerSize {
		return nil, nil
	}
	var header [headerSize]byte
	if _, err := io.ReadFull(reader, header[:]); err != nil {
		return nil, err
	}
	if header == [headerSize]byte{} {
		if zero, err := restIsZero(reader); zero || err != nil {
			return nil, err
		}
	}
	length := binary.BigEndian.Uint32(header[:])
	lengthIsIntact := crc32.ChecksumIEEE(header[:lengthSize]) == binary.BigEndian.Uint32(header[4:])
	if !lengthIsIntact || length < minPayloadSize || length > maxPayloadSize {
		return nil, &CorruptError{Offset: offset}
	}
	recordSize := headerSize + int64(length)
	if available < recordSize {
		return nil, nil
	}
	payload := make([]byte, length)
	if _, err := io.ReadFull(reader, payload); err != nil {
		return nil, err
	}
	if crc32.ChecksumIEEE(payload) == binary.BigEndian.Uint32(header[8:]) {
		return payload, nil
	}
	if available == recordSize {
		return nil, nil
	}
	return nil, &CorruptError{Offset: offset}
}

func restIsZero(reader *bufio.Reader) (bool, error) {
	for {
		b, err := reader.ReadByte()
		if err == io.EOF {
			return true, nil
		}
		if b != 0 || err != nil {
			return false, err
		}
	}
}

// apply applies the record with the given payload to contents and reports whether the payload is well-formed.
func apply(payload []byte, contents map[string][]byte) bool {
	keySize := int(binary.BigEndian.Uint16(payload[1:]))
	keyEnd := keyStart + keySize
	if keySize < 1 || keySize > maxKeySize || keyEnd > len(payload) {
		return false
	}
	key, value := payload[keyStart:keyEnd], payload[keyEnd:]
	if !utf8.Valid(key) {
		return false
	}
	switch {
	case payload[0] == putRecord && len(value) <= maxValueSize:
		contents[string(key)] = value
	case payload[0] == deleteRecord && len(value) == 0:
		delete(contents, string(key))
	default:
		return false
	}
	return true
}
