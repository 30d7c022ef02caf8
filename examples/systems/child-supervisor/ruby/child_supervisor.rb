# frozen_string_literal: true

# Keeps one command running: starts it again when it fails, with growing delays. Driven by the loop of its owner. POSIX.
class ChildSupervisor
  PIPE_CAPACITY = 64 * 1024
  private_constant :PIPE_CAPACITY

  # How a child ended: exit_code is nil if a signal ended it, signal is nil if it exited.
  Run = Struct.new(:exit_code, :signal, :output, :truncated, keyword_init: true)

  # The system's error is its cause.
  class StartError < StandardError; end

  # The numbers, times in seconds: the delays, healthy (above 0) and grace, and how many bytes of output are kept.
  Options = Struct.new(:max_restarts, :base_delay, :max_delay, :healthy, :grace, :output_limit, keyword_init: true) do
    def initialize(max_restarts: 0, base_delay: 1, max_delay: 60, healthy: 60, grace: 10, output_limit: 65_536)
      super
      raise ArgumentError, "healthy must be positive" unless healthy.positive?
      raise ArgumentError, "negative number" if to_a.any?(&:negative?)
    end
  end

  # :waiting, :running, :stopping, :succeeded, :gave_up, :stopped or :start_failed
  attr_reader :state
  # The process id of the present child, or nil.
  attr_reader :pid
  # The Run of the last child that has ended, or nil.
  attr_reader :last_run
  # How often a child was started.
  attr_reader :starts

  # Raises ArgumentError. The clock is called without arguments for the seconds since some moment; by default it is the
  # system's monotonic one.
  def initialize(command, clock: nil, **options)
    raise ArgumentError, "no program name" if command.empty? || command.first.empty?
    raise ArgumentError, "zero byte in an argument" if command.any? { |argument| argument.include?("\0") }

    @command = command.dup.freeze
    @options = Options.new(**options).freeze
    @clock = clock || -> { Process.clock_gettime(Process::CLOCK_MONOTONIC) }
    @state = :waiting
    @due = @clock.call
    @starts = 0
    @restarts = 0
  end

  # Does what is due, without waiting, and returns the state. Raises StartError.
  def step
    now = @clock.call
    if @state == :waiting
      start(now) if now >= @due
    elsif @pid
      watch(now)
    end
    @state
  end

  # Asks the child to end with SIGTERM and returns the state.
  def stop
    if @state == :waiting
      @state = :stopped
    elsif @state == :running
      Process.kill(:TERM, @pid)
      @stopped_at = @clock.call
      @state = :stopping
    end
    @state
  end

  # Kills a child that still runs and waits for it. The supervisor is stopped then, unless it had come to an end before.
  def close
    if @pid
      Process.kill(:KILL, @pid)
      @state = :stopping
      _, status = Process.wait2(@pid)
      collect_output
      finish(status)
    end
    stop
    nil
  end

  private

  def start(now)
    @state = :start_failed
    @pid = spawn
    @state = :running
    @output = String.new(encoding: Encoding::BINARY)
    @truncated = false
    @started_at = now
    @starts += 1
  rescue SystemCallError
    @pipe&.close
    raise StartError, "cannot start #{@command.first}"
  end

  # The name of the program twice: a single string would be taken for a line of the shell.
  def spawn
    @pipe, write_end = IO.pipe(binmode: true)
    program, *arguments = @command
    Process.spawn([program, program], *arguments, in: File::NULL, %i[out err] => write_end)
  ensure
    write_end&.close
  end

  def watch(now)
    _, status = Process.wait2(@pid, Process::WNOHANG)
    collect_output
    if status
      finish(status)
      plan_restart(now) if @state == :running
    elsif @state == :stopping && now - @stopped_at >= @options.grace
      Process.kill(:KILL, @pid)
    end
  end

  # One read takes all that a pipe holds, so a child that writes without end can't keep a step from returning.
  def collect_output
    chunk = @pipe.read_nonblock(PIPE_CAPACITY, exception: false)
    return unless chunk.is_a?(String)

    @output << chunk
    excess = @output.bytesize - @options.output_limit
    return unless excess.positive?

    @output = @output.byteslice(excess..)
    @truncated = true
  end

  def finish(status)
    @pid = nil
    @pipe.close
    @last_run = Run.new(exit_code: status.exitstatus, signal: status.termsig, output: @output, truncated: @truncated)
    @state = :stopped if @state == :stopping
  end

  def plan_restart(now)
    @restarts = 0 if now - @started_at >= @options.healthy
    if @last_run.exit_code&.zero?
      @state = :succeeded
    elsif @restarts == @options.max_restarts
      @state = :gave_up
    else
      @delay = backoff
      @due = now + @delay
      @restarts += 1
      @state = :waiting
    end
  end

  def backoff
    [@options.max_delay, @restarts.zero? ? @options.base_delay : @delay * 2].min
  end
end
