// SPDX-License-Identifier: Apache-2.0
// What every fuzzer needs: the function that libFuzzer calls, and a check that ends the program.
#ifndef VITALS_TESTS_FUZZ_FUZZ_H
#define VITALS_TESTS_FUZZ_FUZZ_H

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

// Ends the program, which libFuzzer takes for a finding, unless the promise is kept.
inline void promise(bool kept, const char* what, const std::string& detail = {}) {
  if (kept) return;
  std::fprintf(stderr, "broken promise: %s\n%s\n", what, detail.c_str());
  std::abort();
}

[[nodiscard]] inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// Whether each line of a message about bad input says first where it is: `SOURCE:...`.
[[nodiscard]] inline bool every_line_says_where(std::string_view message, std::string_view source) {
  while (!message.empty()) {
    if (!message.starts_with(source) || !message.substr(source.size()).starts_with(':')) {
      return false;
    }
    const std::size_t end = message.find('\n');
    message.remove_prefix(end == std::string_view::npos ? message.size() : end + 1);
  }
  return true;
}

#endif  // VITALS_TESTS_FUZZ_FUZZ_H
