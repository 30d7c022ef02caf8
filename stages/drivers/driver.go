// Runs a workload of `*_bench_test.go` and reports what it took; see `stages/core/driver.py` for the protocol.
package PACKAGE

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func provenSetting(name string) int64 {
	value, err := strconv.ParseInt(os.Getenv("BENCH_"+name), 10, 64)
	if err != nil {
		panic(err)
	}
	return value
}

func provenRandom() func(int) int {
	state := uint32(2463534242)
	return func(below int) int {
		state ^= state << 13
		state ^= state >> 17
		state ^= state << 5
		return int(state % uint32(below))
	}
}

func provenStatus(field string) int64 {
	content, err := os.ReadFile("/proc/self/status")
	if err != nil {
		panic(err)
	}
	for _, line := range bytes.Split(content, []byte("\n")) {
		if bytes.HasPrefix(line, []byte(field)) {
			value, err := strconv.ParseInt(string(bytes.Fields(line)[1]), 10, 64)
			if err != nil {
				panic(err)
			}
			return value
		}
	}
	return 0
}

func provenCPU() int64 {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		panic(err)
	}
	return used.Utime.Nano() + used.Stime.Nano()
}

func provenBench(out *bufio.Writer, size int, run func(), check func() bool) int64 {
	least, fixed, values, warmup := provenSetting("LEAST_NS"), provenSetting("LOOPS"), provenSetting("VALUES"), provenSetting("WARMUP_NS")
	measure := func(kind string, loops int64) (int64, int64) {
		switches := provenStatus("voluntary_ctxt_switches")
		began, cpu := time.Now(), provenCPU()
		for range loops {
			run()
		}
		cpu = provenCPU() - cpu
		wall := time.Since(began).Nanoseconds()
		fmt.Fprintf(out, "%s\t%d\t%d\t%d\t%d\t%d\n", kind, size, loops, cpu, wall, provenStatus("voluntary_ctxt_switches")-switches)
		return cpu, wall
	}
	if values == 0 {
		for range fixed {
			run()
		}
	}
	loops := max(fixed, 1)
	for spent, slowest := int64(0), int64(0); values > 0 && (spent < warmup || (fixed == 0 && slowest < least)); {
		cpu, wall := measure("warmup", loops)
		slowest = max(cpu, wall/50, 1)
		spent += slowest
		if fixed == 0 && slowest < least {
			loops *= 2
		}
	}
	once := int64(0)
	for range values {
		_, wall := measure("value", loops)
		once = max(once, wall/loops)
	}
	fmt.Fprintf(out, "peak\t%d\t%d\n", size, provenStatus("VmHWM"))
	if values > 0 || fixed > 0 {
		right := 0
		if check() {
			right = 1
		}
		fmt.Fprintf(out, "check\t%d\t%d\n", size, right)
	}
	return once
}

func TestProvenDriver(t *testing.T) {
	file, err := os.Create("/tmp/bench.tsv")
	if err != nil {
		t.Fatal(err)
	}
	out := bufio.NewWriter(file)
	wanted := os.Getenv("BENCH_WORKLOAD")
	for _, one := range workloads {
		if wanted == "" {
			fmt.Fprintf(out, "workload\t%s\t%d\n", one.Name, one.Size)
		}
		if one.Name != wanted {
			continue
		}
		for _, text := range strings.Fields(os.Getenv("BENCH_SIZES")) {
			size, err := strconv.Atoi(text)
			if err != nil {
				t.Fatal(err)
			}
			run, check := one.Prepare(size, provenRandom())
			if provenBench(out, size, run, check) > provenSetting("MOST_NS") {
				break
			}
		}
	}
	if err := out.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
}
