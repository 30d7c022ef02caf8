package main

import (
	"encoding/binary"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const (
	maxTargetLength = 2000
	maxNameLength   = 253
	maxPort         = 65_535
	maxIPv4Parts    = 4
)

var (
	// Visible ASCII but the backslash, which browsers take for a slash.
	targetCharacters = regexp.MustCompile(`^[!-\[\]-~]+$`)
	// The host and the port of a target.
	targetPattern = regexp.MustCompile(`^(?i:https?)://(\[[^\]/?#]*\]|[^:/?#]*)(?::([0-9]{1,5}))?(?:[/?#]|$)`)
	numberPattern = regexp.MustCompile(`^(?i:[0-9]+|0x[0-9a-f]*)$`)
	labelPattern  = regexp.MustCompile(`^[A-Za-z0-9_-]{1,63}$`)

	internalNetworks = parsePrefixes(
		"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
		"192.168.0.0/16", "224.0.0.0/3", "fc00::/7", "fe80::/10", "ff00::/8",
	)
	// Addresses that have an IPv4 address in their last 32 bits.
	ipv4Carriers = parsePrefixes("::/96", "::ffff:0:0/96", "64:ff9b::/96")
)

func parsePrefixes(texts ...string) []netip.Prefix {
	prefixes := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		prefixes[i] = netip.MustParsePrefix(text)
	}
	return prefixes
}

// isAllowedTarget tells whether a link may lead there: a URL of the right form whose host is not an internal one.
func isAllowedTarget(target string) bool {
	if len(target) > maxTargetLength || !targetCharacters.MatchString(target) {
		return false
	}
	parts := targetPattern.FindStringSubmatch(target)
	return parts != nil && isAllowedPort(parts[2]) && isAllowedHost(parts[1])
}

func isAllowedPort(digits string) bool {
	if digits == "" {
		return true
	}
	port, err := strconv.Atoi(digits)
	return err == nil && port >= 1 && port <= maxPort
}

func isAllowedHost(host string) bool {
	if literal, ok := strings.CutPrefix(host, "["); ok {
		address, err := netip.ParseAddr(strings.TrimSuffix(literal, "]"))
		return err == nil && address.Is6() && address.Zone() == "" && isAllowedAddress(address)
	}
	labels := strings.Split(strings.TrimSuffix(host, "."), ".")
	if numberPattern.MatchString(labels[len(labels)-1]) {
		address, ok := parseIPv4(labels)
		return ok && isAllowedAddress(address)
	}
	return isAllowedName(labels)
}

func isAllowedAddress(address netip.Addr) bool {
	if anyContains(ipv4Carriers, address) {
		address = netip.AddrFrom4([4]byte(address.AsSlice()[12:]))
	}
	return !anyContains(internalNetworks, address)
}

func anyContains(networks []netip.Prefix, address netip.Addr) bool {
	return slices.ContainsFunc(networks, func(network netip.Prefix) bool { return network.Contains(address) })
}

// parseIPv4 reads the address that the parts stand for: each one is a byte, and the last one fills all that are left.
func parseIPv4(parts []string) (address netip.Addr, ok bool) {
	if len(parts) > maxIPv4Parts {
		return netip.Addr{}, false
	}
	var value uint64
	for i, part := range parts {
		bits := 8
		if i == len(parts)-1 {
			bits = 8 * (maxIPv4Parts - i)
		}
		number, ok := parseNumber(part)
		if !ok || number >= 1<<bits {
			return netip.Addr{}, false
		}
		value = value<<bits | number
	}
	return netip.AddrFrom4([4]byte(binary.BigEndian.AppendUint32(nil, uint32(value)))), true
}

// parseNumber reads a part of an IPv4 address: hexadecimal after 0x, octal after 0, else decimal.
func parseNumber(part string) (number uint64, ok bool) {
	digits, base := strings.ToLower(part), 10
	if hexadecimal, found := strings.CutPrefix(digits, "0x"); found {
		// Nothing after 0x is 0.
		digits, base = "0"+hexadecimal, 16
	} else if strings.HasPrefix(digits, "0") {
		base = 8
	}
	number, err := strconv.ParseUint(digits, base, 64)
	return number, err == nil
}

func isAllowedName(labels []string) bool {
	isFaulty := func(label string) bool { return !labelPattern.MatchString(label) }
	if slices.ContainsFunc(labels, isFaulty) || len(strings.Join(labels, ".")) > maxNameLength {
		return false
	}
	return !strings.EqualFold(labels[len(labels)-1], "localhost")
}
