// SPDX-License-Identifier: Apache-2.0
#include "service/setup.h"

#include <utility>

#include "text/bridge.h"

namespace vitals {
namespace {

absl::Status read_networks(Setup& setup, const std::string& path) {
  for (const coordinator::Installation& installation : setup.config.installations) {
    for (const std::string& text : installation.networks) {
      const absl::StatusOr<Network> network = parse_network(text);
      if (!network.ok()) {
        return invalid(path, ": installations.", installation.id,
                       ".networks: ", to_std(network.status().message()));
      }
      setup.networks[installation.id].push_back(*network);
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::shared_ptr<const Setup>> read_setup(const std::string& path,
                                                        bool monitor_only) {
  absl::StatusOr<coordinator::Config> config = coordinator::read_config(path);
  if (!config.ok()) return config.status();
  Setup setup{.config = *std::move(config)};
  setup.config.monitor_only = setup.config.monitor_only || monitor_only;
  if (!setup.config.policy.empty()) {
    absl::StatusOr<PolicySet> policy = read_policy(setup.config.policy);
    if (!policy.ok()) return policy.status();
    setup.policy = *std::move(policy);
  }
  if (absl::Status status = read_networks(setup, path); !status.ok()) return status;
  for (const coordinator::Installation& installation : setup.config.installations) {
    if (installation.poll_token.empty()) continue;
    const absl::StatusOr<std::string> token = first_token(installation.poll_token);
    if (!token.ok()) return token.status();
  }
  for (const coordinator::Installation& installation : setup.config.installations) {
    if (installation.tokens.empty()) continue;
    setup.token_files.push_back({.owner = installation.id, .path = installation.tokens});
  }
  if (!setup.config.reader_tokens.empty()) {
    setup.token_files.push_back(
        {.owner = std::string(readers), .path = setup.config.reader_tokens});
  }
  return with_new_tokens(setup);
}

absl::StatusOr<std::shared_ptr<const Setup>> with_new_tokens(const Setup& setup) {
  auto renewed = std::make_shared<Setup>(setup);
  // Looked at before they are read: what changes in between is seen as a change the next time.
  renewed->token_state = TokenBook::state_of(setup.token_files);
  absl::StatusOr<TokenBook> tokens = TokenBook::read(setup.token_files);
  if (!tokens.ok()) return tokens.status();
  renewed->tokens = *std::move(tokens);
  return renewed;
}

std::string poll_token(const coordinator::Installation& installation) {
  if (installation.poll_token.empty()) return {};
  const auto token = first_token(installation.poll_token);
  return token.ok() ? *token : std::string();
}

}  // namespace vitals
