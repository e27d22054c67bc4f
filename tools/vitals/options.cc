// SPDX-License-Identifier: Apache-2.0
#include "options.h"

#include <charconv>
#include <cstdint>
#include <filesystem>
#include <system_error>

#include "command_line.h"
#include "text/quote.h"

namespace vitals {

CLI::Validator is_output_file() {
  return {
      [](std::string& path) {
        if (path.empty()) return std::string("must not be empty");
        return std::string(path == "-" ? "-: expected a file, standard output has the text" : "");
      },
      ""};
}

CLI::Validator is_whole_number() {
  return {[](std::string& text) {
            std::uint64_t number = 0;
            const char* const end = text.data() + text.size();
            const auto [read, error] = std::from_chars(text.data(), end, number);
            const bool is_one = error == std::errc() && read == end;
            return is_one ? std::string() : cat(in_quotes(text), " is no whole number of 64 bits");
          },
          ""};
}

CLI::Validator is_duration() {
  return {[](std::string& text) {
            const absl::StatusOr<Seconds> parsed = parse_duration(text);
            return parsed.ok() ? std::string() : std::string(to_std(parsed.status().message()));
          },
          ""};
}

void add_reading(CLI::App* app, Seconds& reorder, bool& lenient) {
  add_duration(app, "--reorder", "Put lines in order that are up to so much late (default 0s)",
               [&](Seconds length) { reorder = length; });
  app->add_flag("--lenient", lenient,
                "Skip bad lines, count them by cause, report them at the end");
}

void add_policy(CLI::App* app, std::string& file) {
  app->add_option("--policy", file, "The policy as YAML; see `vitals policy`")
      ->check(is_not_empty())
      ->type_name("FILE");
}

bool is_same_file(const std::string& a, const std::string& b) {
  std::error_code unknown;
  return !a.empty() && !b.empty() && std::filesystem::equivalent(a, b, unknown);
}

void refuse_to_lose(const std::vector<std::string>& inputs, const std::string& option,
                    const std::string& output) {
  for (const std::string& input : inputs) {
    if (is_same_file(output, input)) {
      throw CLI::ValidationError(option, cat(in_quotes(input), " is read: it would be lost"));
    }
  }
}

}  // namespace vitals
