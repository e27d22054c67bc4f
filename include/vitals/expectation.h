// SPDX-License-Identifier: Apache-2.0
/// @file
/// Verdict lines held against recorded ones: what is missing, what is new, which field differs.
///
///     absl::StatusOr<Expectation> expected = Expectation::open("expected.ndjson");
///     expected->add(line, print);  ...  expected->finish(print);
///
/// Both sides are in order of (time, host, check), so one pass suffices and memory does not grow.

#ifndef VITALS_EXPECTATION_H
#define VITALS_EXPECTATION_H

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"

namespace vitals {

class Expectation {
 public:
  using Printer = absl::FunctionRef<void(std::string_view)>;

  /// Opens recorded verdict lines, plain or compressed. Errors: `FILE: ...`, `FILE:LINE: ...`.
  [[nodiscard]] static absl::StatusOr<Expectation> open(const std::string& path);

  Expectation(Expectation&&) noexcept;
  Expectation& operator=(Expectation&&) noexcept;
  ~Expectation();

  /// Compares the next verdict line; prints each difference that it shows.
  ///
  ///     - missing:    a line that was expected and did not come
  ///     + unexpected: a line that came and was not expected
  ///     ! differs:    FILE:LINE, time, host and check, then each field that differs
  void add(std::string_view line, Printer print);

  /// Prints what was expected and never came.
  void finish(Printer print);

  [[nodiscard]] std::uint64_t differences() const;

  /// `N lines as expected, M differ` for people.
  [[nodiscard]] std::string summary() const;

  /// OK, or what is wrong with the file of expected lines.
  [[nodiscard]] const absl::Status& status() const;

 private:
  class Impl;
  explicit Expectation(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace vitals

#endif  // VITALS_EXPECTATION_H
