# Runs a workload of `bench_*.rb` and reports what it took; see `stages/core/driver.py` for the protocol.
LEAST, LOOPS, MOST, VALUES, WARMUP = %w[LEAST_NS LOOPS MOST_NS VALUES WARMUP_NS].map { |name| Integer(ENV.fetch("BENCH_#{name}")) }

def seeded
  state = 2463534242
  lambda do |below|
    state ^= (state << 13) & 0xFFFFFFFF
    state ^= state >> 17
    state ^= (state << 5) & 0xFFFFFFFF
    state % below
  end
end

def status(field)
  File.foreach("/proc/self/status") { |line| return Integer(line.split[1]) if line.start_with?(field) }
end

def wall = Process.clock_gettime(Process::CLOCK_MONOTONIC, :nanosecond)
def cpu = Process.clock_gettime(Process::CLOCK_PROCESS_CPUTIME_ID, :nanosecond)

def bench(tell, size, prepare)
  run, check = prepare.call(size, seeded)
  result = nil
  measure = lambda do |kind, loops|
    switches = status("voluntary_ctxt_switches")
    began, used = wall, cpu
    loops.times { result = run.call }
    used, took = cpu - used, wall - began
    tell.call(kind, size, loops, used, took, status("voluntary_ctxt_switches") - switches)
    [used, took]
  end
  loops = LOOPS.zero? ? 1 : LOOPS
  LOOPS.times { result = run.call } if VALUES.zero?
  spent = slowest = 0
  while VALUES.positive? && (spent < WARMUP || (LOOPS.zero? && slowest < LEAST))
    used, took = measure.call("warmup", loops)
    slowest = [used, took / 50, 1].max
    spent += slowest
    loops *= 2 if LOOPS.zero? && slowest < LEAST
  end
  once = Array.new(VALUES) { measure.call("value", loops)[1] / loops }.max || 0
  tell.call("peak", size, status("VmHWM"))
  tell.call("check", size, check.call(result) ? 1 : 0) if VALUES.positive? || LOOPS.positive?
  once
end

$LOAD_PATH.unshift(Dir.pwd)
require File.expand_path(ENV.fetch("BENCH_FILE"))
File.open("/tmp/bench.tsv", "w") do |file|
  tell = ->(*fields) { file.puts(fields.join("\t")) }
  if ENV.fetch("BENCH_WORKLOAD").empty?
    WORKLOADS.each { |name, (size, _)| tell.call("workload", name, size) }
  else
    prepare = WORKLOADS.fetch(ENV.fetch("BENCH_WORKLOAD").to_sym)[1]
    ENV.fetch("BENCH_SIZES").split.each { |size| break if bench(tell, Integer(size), prepare) > MOST }
  end
end
