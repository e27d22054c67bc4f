// SPDX-License-Identifier: Apache-2.0
/// @file
/// A window: the stretch of time in which a rule permits a check to count.
///
///     contains(now)      = from <= now && now < until
///     intersection(a, b) = [max(a.from, b.from), min(a.until, b.until))
///
/// Every rule of the specification permits a check in one window, so a check counts exactly in the
/// intersection of its rules' windows (SPEC 6). Pure, total, constexpr.

#ifndef VITALS_WINDOW_H
#define VITALS_WINDOW_H

#include <algorithm>
#include <cstdint>

#include "vitals/time.h"

namespace vitals {

/// A half-open stretch of time, [from, until). The default is all of time.
///
/// Boundary: `from` is inside, `until` is not.
/// Source:   SPEC 1 ("every interval of time is half open") and 6.
struct Window {
  Timestamp from = distant_past;     ///< first moment inside; distant_past: unbounded
  Timestamp until = distant_future;  ///< first moment no longer inside; distant_future: unbounded

  /// All of time: a rule that never shuts the check out.
  [[nodiscard]] static constexpr Window always() noexcept { return {}; }

  /// No moment at all: a rule that shuts the check out for good. Every empty window is this one
  /// after intersection(), so that empty windows compare equal.
  [[nodiscard]] static constexpr Window never() noexcept { return {distant_future, distant_past}; }

  /// All of time or no moment: the window of a rule that does not depend on `now`.
  [[nodiscard]] static constexpr Window always_if(bool permitted) noexcept {
    return permitted ? always() : never();
  }

  /// From `moment` on.
  [[nodiscard]] static constexpr Window starting(Timestamp moment) noexcept {
    return {moment, distant_future};
  }

  /// Up to, and without, `moment`.
  [[nodiscard]] static constexpr Window before(Timestamp moment) noexcept {
    return {distant_past, moment};
  }

  /// Whether no moment lies inside.
  [[nodiscard]] constexpr bool empty() const noexcept { return from >= until; }

  /// Whether `now` lies inside.
  ///
  ///     Window{.from = t(10), .until = t(20)}.contains(t(19)) && !....contains(t(20))
  [[nodiscard]] constexpr bool contains(Timestamp now) const noexcept {
    return from <= now && now < until;
  }

  friend constexpr bool operator==(const Window&, const Window&) = default;
};

/// Window::never() if `is_never`, else the window. Without a branch, which no processor could
/// guess: distant_future is the moment before distant_past, where numbers wrap.
[[nodiscard]] constexpr Window never_if(bool is_never, const Window& window) noexcept {
  const auto one_if_never = std::uint64_t{is_never};
  const auto past = static_cast<std::uint64_t>(distant_past.time_since_epoch().count());
  const auto future = static_cast<std::uint64_t>(distant_future.time_since_epoch().count());
  const Timestamp from{Seconds{static_cast<std::int64_t>(past - one_if_never)}};
  const Timestamp until{Seconds{static_cast<std::int64_t>(future + one_if_never)}};
  return {later(window.from, from), earlier(window.until, until)};
}

/// The moments that lie in both windows; Window::never() if there are none.
///
/// Units:    seconds.
/// Boundary: windows that only touch, [a, b) and [b, c), share nothing.
/// Errors:   none.
/// Source:   SPEC 6.
[[nodiscard]] constexpr Window intersection(const Window& a, const Window& b) noexcept {
  const Window both{std::max(a.from, b.from), std::min(a.until, b.until)};
  return both.empty() ? Window::never() : both;
}

}  // namespace vitals

#endif  // VITALS_WINDOW_H
