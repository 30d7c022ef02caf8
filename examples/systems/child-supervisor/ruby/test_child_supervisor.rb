# frozen_string_literal: true

require "minitest/autorun"
require "tmpdir"
require_relative "child_supervisor"

class TestChildSupervisor < Minitest::Test
  WAIT_FOR_GO = "while [ ! -e go ]; do sleep 0.005; done;"
  DEFAULTS = { base_delay: 0, max_delay: 0, healthy: 1000, grace: 50, output_limit: 1000 }.freeze

  def setup
    @now = 0
    @supervisors = []
    @home = Dir.pwd
    @folder = Dir.mktmpdir
    Dir.chdir(@folder) # children inherit it
  end

  def teardown
    @supervisors.each(&:close)
    Dir.chdir(@home)
    FileUtils.remove_entry(@folder)
  end

  def make(*command, **options)
    supervisor = ChildSupervisor.new(command, clock: -> { @now }, **DEFAULTS, **options)
    @supervisors << supervisor
    supervisor
  end

  def shell(script, **options)
    make("/bin/sh", "-c", script, **options)
  end

  def eventually
    2000.times do
      return if yield

      sleep 0.002
    end
    flunk "nothing happens"
  end

  def wait_for_file(name)
    eventually { File.exist?(name) }
  end

  # Steps until the child has ended.
  def run_child(supervisor)
    state = supervisor.step
    eventually { supervisor.pid.nil? || (state = supervisor.step; supervisor.pid.nil?) }
    state
  end

  def run_all(supervisor)
    100.times do
      state = run_child(supervisor)
      return state unless state == :waiting
    end
    flunk "no end"
  end

  def assert_exit(code, output, supervisor, truncated: false)
    run = supervisor.last_run
    refute_nil run
    assert_equal [code, nil, output.b, truncated], [run.exit_code, run.signal, run.output, run.truncated]
  end

  def assert_signal(signal, supervisor)
    run = supervisor.last_run
    refute_nil run
    assert_equal [nil, signal], [run.exit_code, run.signal]
  end

  def gone?(pid)
    Process.kill(0, pid)
    false
  rescue Errno::ESRCH
    true
  end

  def count_descriptors
    Dir.children("/proc/self/fd").size
  end

  def test_program_gets_its_arguments_and_succeeds__R1
    supervisor = make("printf", "[%s]", "", "a b", "$(x)\"'")
    assert_equal :waiting, supervisor.state
    assert_equal :running, supervisor.step
    assert_equal 1, supervisor.starts
    assert_kind_of Integer, supervisor.pid
    assert_nil supervisor.last_run
    assert_equal :succeeded, run_child(supervisor)
    assert_exit 0, "[][a b][$(x)\"']", supervisor
    assert_equal :succeeded, supervisor.step
    assert_equal :succeeded, supervisor.state
    assert_equal 1, supervisor.starts
  end

  def test_single_string_is_no_line_of_the_shell__R1
    Dir.mkdir("bin")
    File.write("bin/a b", "#!/bin/sh\necho called\n", perm: 0o755)
    supervisor = make("./bin/a b")
    assert_equal :succeeded, run_all(supervisor)
    assert_exit 0, "called\n", supervisor
  end

  def test_standard_input_is_empty__R1
    supervisor = shell("cat; echo end")
    assert_equal :succeeded, run_all(supervisor)
    assert_exit 0, "end\n", supervisor
  end

  def test_failing_child_is_restarted_a_few_times__R2
    supervisor = shell("echo run; echo run >> runs; exit 3", max_restarts: 2)
    assert_equal :waiting, run_child(supervisor)
    assert_exit 3, "run\n", supervisor
    assert_equal :gave_up, run_all(supervisor)
    assert_exit 3, "run\n", supervisor
    assert_equal 3, supervisor.starts
    assert_equal :gave_up, supervisor.step
    assert_equal "run\n" * 3, File.read("runs")
  end

  def test_child_ended_by_a_signal_failed__R2
    supervisor = shell("kill -9 $$")
    assert_equal :gave_up, run_all(supervisor)
    assert_signal 9, supervisor
    assert_equal 1, supervisor.starts
  end

  def test_child_that_recovers_succeeds__R2
    supervisor = shell("[ -e done ] && exit 0; : > done; exit 1", max_restarts: 5)
    assert_equal :succeeded, run_all(supervisor)
    assert_exit 0, "", supervisor
    assert_equal 2, supervisor.starts
  end

  def test_delays_grow_up_to_the_greatest__R3
    [[100, 350, [100, 200, 350, 350]], [100, 200, [100, 200, 200]], [100, 70, [70, 70]], [0, 70, [0] * 70]].each do |base, max, delays|
      supervisor = make("false", max_restarts: delays.size, base_delay: base, max_delay: max)
      delays.each.with_index(1) do |delay, count|
        assert_equal :waiting, run_child(supervisor)
        @now += delay - 1
        assert_equal :waiting, supervisor.step
        assert_equal count, supervisor.starts
        @now += 1
      end
      assert_equal :gave_up, run_child(supervisor)
      assert_equal delays.size + 1, supervisor.starts
    end
  end

  def test_monotonic_clock_is_the_default__R3
    start = Process.clock_gettime(Process::CLOCK_MONOTONIC)
    supervisor = ChildSupervisor.new(["false"], max_restarts: 1, base_delay: 0.003, max_delay: 0.003)
    @supervisors << supervisor
    assert_equal :waiting, run_child(supervisor)
    eventually { supervisor.step != :waiting }
    assert_equal :gave_up, run_child(supervisor)
    assert_operator Process.clock_gettime(Process::CLOCK_MONOTONIC) - start, :>=, 0.003
  end

  def test_only_a_child_that_ran_for_the_healthy_time_sets_the_count_back__R3
    { 999 => :gave_up, 1000 => :waiting }.each do |duration, state|
      script = "[ -e second ] || { : > second; exit 1; }; #{WAIT_FOR_GO} exit 2"
      supervisor = shell(script, max_restarts: 1, base_delay: 10, max_delay: 500)
      assert_equal :waiting, run_child(supervisor)
      @now += 10
      assert_equal :running, supervisor.step
      @now += duration
      File.write("go", "")
      assert_equal state, run_child(supervisor)
      assert_exit 2, "", supervisor
      if state == :waiting
        @now += 9
        assert_equal :waiting, supervisor.step
        @now += 1
        assert_equal :running, supervisor.step
        assert_equal :gave_up, run_child(supervisor)
      end
      File.delete("go", "second")
    end
  end

  def test_stop_lets_the_child_end_its_own_way__R4
    [7, 0].each do |code|
      supervisor = shell("trap 'echo bye; exit #{code}' TERM; : > ready; #{WAIT_FOR_GO}", max_restarts: 3)
      assert_equal :running, supervisor.step
      wait_for_file("ready")
      assert_equal :stopping, supervisor.stop
      assert_equal :stopped, run_child(supervisor)
      assert_exit code, "bye\n", supervisor
      assert_equal :stopped, supervisor.step
      assert_equal 1, supervisor.starts
      File.delete("ready")
    end
  end

  def test_stop_is_a_sigterm__R4
    supervisor = make("sleep", "30")
    supervisor.step
    assert_equal :stopping, supervisor.stop
    assert_equal :stopped, run_child(supervisor)
    assert_signal 15, supervisor
  end

  def test_stop_while_waiting__R4
    supervisor = make("false")
    assert_equal :stopped, supervisor.stop
    assert_equal :stopped, supervisor.step
    assert_equal 0, supervisor.starts
    assert_nil supervisor.last_run
    supervisor = make("false", max_restarts: 3, base_delay: 10, max_delay: 10)
    assert_equal :waiting, run_child(supervisor)
    assert_equal :stopped, supervisor.stop
    @now += 10
    assert_equal :stopped, supervisor.step
    assert_equal 1, supervisor.starts
    assert_exit 1, "", supervisor
  end

  def start_stubborn
    supervisor = shell("trap 'echo T >> terms' TERM; : > ready; #{WAIT_FOR_GO} exit 5")
    assert_equal :running, supervisor.step
    wait_for_file("ready")
    @now += 7
    assert_equal :stopping, supervisor.stop
    wait_for_file("terms")
    supervisor
  end

  def test_no_sigkill_a_tick_before_the_grace_time_and_one_sigterm__R5
    supervisor = start_stubborn
    @now += 49
    5.times { assert_equal :stopping, supervisor.step }
    assert_equal :stopping, supervisor.stop
    File.write("go", "")
    assert_equal :stopped, run_child(supervisor)
    assert_exit 5, "", supervisor
    assert_equal "T\n", File.read("terms")
  end

  def test_sigkill_when_the_grace_time_has_passed__R5
    supervisor = start_stubborn
    @now += 49
    assert_equal :stopping, supervisor.stop
    @now += 1
    assert_equal :stopped, run_child(supervisor)
    assert_signal 9, supervisor
  end

  def test_stop_in_a_final_state__R5
    { "true" => :succeeded, "false" => :gave_up }.each do |program, state|
      supervisor = make(program)
      assert_equal state, run_all(supervisor)
      assert_equal state, supervisor.stop
      supervisor.close
      assert_equal state, supervisor.state
    end
  end

  def test_both_streams_in_order__R6
    supervisor = shell("echo out; echo err >&2; printf 'a\\0\\377'")
    assert_equal :succeeded, run_all(supervisor)
    assert_exit 0, "out\nerr\na\0\xff", supervisor
  end

  def test_last_bytes_up_to_the_limit_are_kept__R6
    { 0 => "", 1 => "9", 4 => "6789", 7 => "3456789", 9 => "123456789", 10 => "0123456789" }.each do |limit, output|
      supervisor = shell("printf 01234; : > ready; #{WAIT_FOR_GO} printf 56789", output_limit: limit)
      assert_equal :running, supervisor.step
      wait_for_file("ready")
      supervisor.step # The two halves are read by different steps.
      File.write("go", "")
      assert_equal :succeeded, run_child(supervisor)
      assert_exit 0, output, supervisor, truncated: limit < 10
      File.delete("ready", "go")
    end
  end

  def test_no_output_is_not_more_than_nothing__R6
    supervisor = make("true", output_limit: 0)
    assert_equal :succeeded, run_all(supervisor)
    assert_exit 0, "", supervisor
  end

  def test_more_output_than_a_pipe_holds__R6
    script = "head -c 1000000 /dev/zero | tr '\\0' x; printf end"
    supervisor = shell(script, output_limit: 10)
    assert_equal :succeeded, run_all(supervisor)
    assert_exit 0, "xxxxxxxend", supervisor, truncated: true
    supervisor = shell(script, output_limit: 2_000_000)
    assert_equal :succeeded, run_all(supervisor)
    assert_equal 1_000_003, supervisor.last_run.output.bytesize
  end

  def test_each_child_begins_anew__R6
    supervisor = shell("[ -e done ] && exit 0; : > done; printf more; exit 1", max_restarts: 1, output_limit: 3)
    assert_equal :waiting, run_child(supervisor)
    assert_exit 1, "ore", supervisor, truncated: true
    assert_equal :succeeded, run_all(supervisor)
    assert_exit 0, "", supervisor
  end

  def test_process_left_behind_is_not_waited_for__R6
    supervisor = shell("sleep 30 & echo $!; exit 4")
    assert_equal :gave_up, run_all(supervisor)
    assert_equal 4, supervisor.last_run.exit_code
    pid = Integer(supervisor.last_run.output)
    assert_equal 1, Process.kill(:KILL, pid)
  end

  def test_program_that_cannot_be_started__R7
    File.write("text", "", perm: 0o644)
    { "./missing" => Errno::ENOENT, "no-such-program" => Errno::ENOENT, "./text" => Errno::EACCES }.each do |name, cause|
      supervisor = make(name, max_restarts: 5)
      error = assert_raises(ChildSupervisor::StartError) { supervisor.step }
      assert_kind_of cause, error.cause
      assert_includes error.message, name
      assert_equal :start_failed, supervisor.state
      assert_nil supervisor.pid
      assert_equal :start_failed, supervisor.step
      assert_equal :start_failed, supervisor.stop
      assert_equal 0, supervisor.starts
    end
  end

  def test_program_that_is_gone_at_the_restart__R7
    File.write("once", "#!/bin/sh\nrm once\nexit 1\n", perm: 0o755)
    supervisor = make("./once", max_restarts: 5)
    assert_equal :waiting, run_child(supervisor)
    assert_raises(ChildSupervisor::StartError) { supervisor.step }
    assert_equal :start_failed, supervisor.step
    assert_equal 1, supervisor.starts
    assert_exit 1, "", supervisor
  end

  def test_system_that_refuses_to_start__R7
    supervisor = make("true", max_restarts: 5)
    limits = Process.getrlimit(:NOFILE)
    Process.setrlimit(:NOFILE, 3, limits.last)
    begin
      supervisor.step
    rescue StandardError => error
      nil
    ensure # before any assertion, which may have to load something
      Process.setrlimit(:NOFILE, *limits)
    end
    assert_instance_of ChildSupervisor::StartError, error
    assert_kind_of Errno::EMFILE, error.cause
    assert_equal :start_failed, supervisor.step
  end

  def test_invalid_arguments__R7
    [[], ["", "a"], ["true\0"], ["true", "a\0b"]].each { |command| assert_raises(ArgumentError) { make(*command) } }
    %i[max_restarts base_delay max_delay healthy grace output_limit].each do |name|
      assert_raises(ArgumentError, name) { make("true", name => -1) }
    end
    assert_raises(ArgumentError) { make("true", healthy: 0) }
    assert_equal :succeeded, run_all(make("true", healthy: 0.1, grace: 0))
  end

  def test_nothing_is_left_at_the_end__R8
    descriptors = count_descriptors
    supervisor = make("false", max_restarts: 1)
    supervisor.step
    first = supervisor.pid
    assert_equal :waiting, run_child(supervisor)
    assert gone?(first)
    assert_equal :gave_up, run_all(supervisor)
    assert_equal descriptors, count_descriptors
    assert_raises(ChildSupervisor::StartError) { make("./missing").step }
    assert_equal descriptors, count_descriptors
  end

  def test_closing_kills_the_child__R8
    descriptors = count_descriptors
    supervisor = shell("trap '' TERM; printf out; : > ready; #{WAIT_FOR_GO}", max_restarts: 3)
    assert_equal :running, supervisor.step
    wait_for_file("ready")
    pid = supervisor.pid
    refute gone?(pid)
    assert_equal descriptors + 1, count_descriptors
    2.times { supervisor.close }
    assert gone?(pid)
    assert_equal descriptors, count_descriptors
    assert_equal :stopped, supervisor.step
    assert_signal 9, supervisor
    assert_equal "out", supervisor.last_run.output
    waiting = make("false")
    waiting.close
    assert_equal :stopped, waiting.step
  end
end
