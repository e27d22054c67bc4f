// SPDX-License-Identifier: Apache-2.0
// The command line: which options each command has, and what several of them share.
#ifndef VITALS_TOOLS_VITALS_OPTIONS_H
#define VITALS_TOOLS_VITALS_OPTIONS_H

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

#include "text/bridge.h"
#include "vitals/text_time.h"

namespace vitals {

// What the chosen command will do; empty until one was chosen.
using Chosen = std::function<int()>;

// Of recordings: replay, explain, calibrate, compare.
void add_commands_on_recordings(CLI::App& app, Chosen& chosen);
// Of models: simulate, lag, soundness.
void add_commands_on_models(CLI::App& app, Chosen& chosen);

// Output beside the text on standard output.
CLI::Validator is_output_file();

// CLI11 takes -1 for the largest number there is, and so it does what is larger.
CLI::Validator is_whole_number();

CLI::Validator is_duration();

template <class Set>
CLI::Option* add_duration(CLI::App* app, const std::string& name, const std::string& description,
                          const Set& set) {
  return app
      ->add_option_function<std::string>(
          name, [set](const std::string& text) { set(*parse_duration(text)); }, description)
      ->transform(is_duration())
      ->type_name("DURATION");
}

template <class Set>
CLI::Option* add_time(CLI::App* app, const std::string& name, const std::string& description,
                      const Set& set) {
  const auto check = [](std::string& text) {
    const absl::StatusOr<Timestamp> parsed = parse_timestamp(text);
    return parsed.ok() ? std::string() : std::string(to_std(parsed.status().message()));
  };
  return app
      ->add_option_function<std::string>(
          name, [set](const std::string& text) { set(*parse_timestamp(text)); }, description)
      ->transform(CLI::Validator(check, ""))
      ->type_name("TIME");
}

void add_reading(CLI::App* app, Seconds& reorder, bool& lenient);
void add_policy(CLI::App* app, std::string& file);

bool is_same_file(const std::string& a, const std::string& b);

// Nothing is drawn over what is read.
void refuse_to_lose(const std::vector<std::string>& inputs, const std::string& option,
                    const std::string& output);

}  // namespace vitals

#endif  // VITALS_TOOLS_VITALS_OPTIONS_H
