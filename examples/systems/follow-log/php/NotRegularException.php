<?php

declare(strict_types=1);

namespace FollowLog;

/** What is at the path is not a regular file. */
final class NotRegularException extends \RuntimeException
{
}
