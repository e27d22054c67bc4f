// SPDX-License-Identifier: Apache-2.0
// The coordinator as a program: takes the command line apart and calls one command.
#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdio>
#include <exception>
#include <functional>
#include <memory>
#include <string>

#include "command_line.h"
#include "output.h"
#include "pages.h"
#include "serve.h"
#include "text/bridge.h"
#include "text/quote.h"
#include "vitals/text_time.h"

namespace vitals {
namespace {

constexpr const char* exit_codes =
    "Exit codes: 0 all is well, 2 bad input or usage, 3 an internal error.";

using Chosen = std::function<int()>;

CLI::Option* add_duration(CLI::App* app, const std::string& name, const std::string& description,
                          Seconds& length) {
  const auto check = [](std::string& text) {
    const absl::StatusOr<Seconds> parsed = parse_duration(text);
    return parsed.ok() ? std::string() : std::string(to_std(parsed.status().message()));
  };
  return app
      ->add_option_function<std::string>(
          name, [&length](const std::string& text) { length = *parse_duration(text); }, description)
      ->transform(CLI::Validator(check, ""))
      ->type_name("DURATION");
}

// ADDRESS:PORT, the address of IPv6 in brackets.
void read_listen(const std::string& text, HttpServerOptions& http) {
  const std::size_t colon = text.rfind(':');
  std::string address = text.substr(0, colon);
  if (address.starts_with('[') && address.ends_with(']')) {
    address = address.substr(1, address.size() - 2);
  }
  const std::string port = colon == std::string::npos ? "" : text.substr(colon + 1);
  const char* const end = port.data() + port.size();
  const auto [read, error] = std::from_chars(port.data(), end, http.port);
  if (error != std::errc() || read != end || !parse_address(address).ok()) {
    throw CLI::ValidationError("--listen",
                               cat(in_quotes(text), ": expected ADDRESS:PORT, as 127.0.0.1:8480"));
  }
  http.address = address;
}

void add_config(CLI::App* app, std::string& file) {
  app->add_option("--config", file, "The installations as YAML; see docs/coordinator/operations.md")
      ->required()
      ->check(is_not_empty())
      ->type_name("FILE");
}

void add_database(CLI::App* app, std::string& database) {
  app->add_option("--db", database, "A file of SQLite, or postgresql://USER@HOST/DATABASE")
      ->required()
      ->check(is_not_empty())
      ->type_name("DATABASE");
}

void add_limits(CLI::App* app, ServeCommand& command) {
  HttpServerOptions& http = command.http;
  app->add_option("--threads", http.threads, "Threads that serve connections (default 1)")
      ->check(CLI::Range(1, 64).description(""))
      ->type_name("NUMBER");
  app->add_option("--max-connections", http.most_connections, "Of all clients (default 1024)")
      ->check(CLI::Range(1, 100'000).description(""))
      ->type_name("NUMBER");
  app->add_option("--max-connections-a-client", http.most_connections_a_client,
                  "Of one address (default 256)")
      ->check(CLI::Range(1, 100'000).description(""))
      ->type_name("NUMBER");
  app->add_option("--poll-page", command.poll_page,
                  "Hosts of a listing asked for at once (default 5000)")
      ->check(CLI::Range(1, 1'000'000).description(""))
      ->type_name("NUMBER");
  add_duration(app, "--drain", "How long answers that are owed are waited for (default 10s)",
               command.drain);
  add_duration(app, "--monitor-period", "Between two looks for conflicts (default 10s)",
               command.monitor_period);
}

void check_serve(ServeCommand& command, const std::string& listen,
                 const std::vector<std::string>& allowed) {
  read_listen(listen, command.http);
  if (command.http.certificate_file.empty() != command.http.key_file.empty()) {
    throw CLI::ValidationError("--tls-certificate", "and --tls-key belong together");
  }
  for (const std::string& text : allowed) {
    const absl::StatusOr<Network> network = parse_network(text);
    if (!network.ok()) {
      throw CLI::ValidationError("--allow", std::string(to_std(network.status().message())));
    }
    command.allowed.push_back(*network);
  }
}

void add_serve(CLI::App& app, Chosen& chosen) {
  CLI::App* sub =
      app.add_subcommand("serve", "Answer installations, poll them, watch for conflicts");
  struct Words {
    ServeCommand command;
    std::string listen = "127.0.0.1:8480";
    std::vector<std::string> allowed;
  };
  auto words = std::make_shared<Words>();
  add_config(sub, words->command.config_file);
  add_database(sub, words->command.database);
  sub->add_option("--listen", words->listen, "Where to listen (default 127.0.0.1:8480)")
      ->type_name("ADDRESS:PORT");
  sub->add_option("--allow", words->allowed,
                  "A network from which anybody may ask anything; may be repeated (default: all)")
      ->allow_extra_args(false)
      ->type_name("NETWORK");
  sub->add_option("--tls-certificate", words->command.http.certificate_file,
                  "Serve TLS with this chain of certificates (PEM)")
      ->type_name("FILE");
  sub->add_option("--tls-key", words->command.http.key_file, "And this key (PEM)")
      ->type_name("FILE");
  sub->add_flag("--monitor-only", words->command.monitor_only,
                "Poll and watch; whoever asks for a permission is answered 403");
  add_limits(sub, words->command);
  sub->footer(
      "SIGTERM ends it when the answers that are owed are given; SIGHUP reads the configuration,\n"
      "the policy and the tokens anew, and a bad one changes nothing.\n\n"
      "Examples:\n"
      "  coordinator serve --config coordinator.yaml --db /var/lib/coordinator/hosts.db\n"
      "  coordinator serve --config coordinator.yaml --db postgresql://coordinator@db/coordinator "
      "\\\n"
      "      --listen 0.0.0.0:8480 --allow 10.0.0.0/8\n"
      "  coordinator serve --config stand.yaml --db stand.db --monitor-only");
  sub->callback([words, &chosen] {
    check_serve(words->command, words->listen, words->allowed);
    chosen = [words] { return run(words->command); };
  });
}

void add_small_commands(CLI::App& app, Chosen& chosen) {
  CLI::App* check = app.add_subcommand("check", "Say what is wrong with a configuration");
  auto checked = std::make_shared<CheckCommand>();
  add_config(check, checked->config_file);
  check->footer("Examples:\n  coordinator check --config coordinator.yaml");
  check->callback([checked, &chosen] { chosen = [checked] { return run(*checked); }; });

  CLI::App* shrink = app.add_subcommand(
      "let-shrink", "Let the next listing of an installation lose any number of hosts");
  auto shrunk = std::make_shared<LetShrinkCommand>();
  add_config(shrink, shrunk->config_file);
  add_database(shrink, shrunk->database);
  shrink->add_option("INSTALLATION", shrunk->installation, "Which")->required();
  shrink->footer(
      "For listings that are held back although the hosts are really gone.\n\n"
      "Examples:\n"
      "  coordinator let-shrink --config coordinator.yaml --db /var/lib/coordinator/hosts.db il");
  shrink->callback([shrunk, &chosen] { chosen = [shrunk] { return run(*shrunk); }; });
}

int main_with(int argc, char** argv) {
  CLI::App app("keeps each host in one installation", "coordinator");
  app.require_subcommand(1);
  app.footer(exit_codes);
  app.get_formatter()->column_width(34);
  Chosen chosen;
  add_serve(app, chosen);
  add_small_commands(app, chosen);
  add_pages(app, chosen);
  if (const auto ended = parse(app, argc, argv)) return *ended;
  return chosen();
}

}  // namespace
}  // namespace vitals

int main(int argc, char** argv) {
  try {
    return vitals::main_with(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "coordinator: internal error: %s\n", error.what());
    return vitals::exit_internal;
  }
}
