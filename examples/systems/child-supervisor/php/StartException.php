<?php

declare(strict_types=1);

namespace ChildSupervisor;

/** The program does not exist, is not executable, or the system refused to start it. */
final class StartException extends \RuntimeException
{
}
