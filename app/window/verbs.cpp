#include "app/window/verbs.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "app/verbs/verb.h"
#include "app/window/run_window.h"
#include "app/window/tour.h"
#include "workbench/workspace/load.h"

namespace app {
namespace {

namespace fs = std::filesystem;

fs::path home() {
  const char* h = std::getenv("HOME");
  return h && *h ? fs::path(h) : fs::temp_directory_path();
}

// Installed beside the binary, or in the source tree the binary was built in.
fs::path sample_folder() {
  std::error_code ignored;
  const fs::path bin = fs::read_symlink("/proc/self/exe", ignored).parent_path();
  for (const fs::path& at : {bin / "../share/slipway/samples/orders-lab", bin / "../../../fixtures/workspaces/orders-lab"})
    if (fs::exists(at / "workspace.yaml", ignored)) return fs::weakly_canonical(at, ignored);
  return {};
}

// Folders that were started on this machine before. One that was not is opened stopped: opening it must run nothing.
fs::path known_file() {
  const char* config = std::getenv("XDG_CONFIG_HOME");
  return (config && *config ? fs::path(config) : home() / ".config") / "slipway" / "known_workspaces";
}

bool known(const fs::path& folder) {
  std::ifstream in(known_file());
  for (std::string line; std::getline(in, line);)
    if (line == folder.string()) return true;
  return false;
}

void remember(const fs::path& folder) {
  std::error_code ignored;
  fs::create_directories(known_file().parent_path(), ignored);
  std::ofstream(known_file(), std::ios::app) << folder.string() << '\n';
}

int open_window(int argc, char** argv, const std::string& folder, bool stopped) {
  std::error_code error;
  const fs::path at = fs::weakly_canonical(folder, error);
  const bool seen = known(at);
  WindowOptions options;
  options.folder = at.string();
  options.start_services = seen && !stopped;
  options.foreign = !seen;
  if (!seen) options.on_consent = [at] { remember(at); };  // having looked at it is no consent
  return run_window(argc, argv, options);
}

}  // namespace

int open_default_window(int argc, char** argv) {
  const fs::path mine = home() / "slipway" / "orders-lab";
  std::error_code ignored;
  if (!fs::exists(mine / "workspace.yaml", ignored)) {
    const fs::path sample = sample_folder();
    if (sample.empty())
      return fail(slipway::not_found("the sample workspace was not found beside the program: give a workspace of your own (slipway open FOLDER)", "NO_SAMPLE"));
    if (auto copied = workbench::workspace::copy_sample(sample.string(), mine.string()); !copied.ok()) return fail(copied.error());
  }
  if (!known(mine)) remember(mine);  // our own copy needs no consent
  return open_window(argc, argv, mine.string(), false);
}

void add_window_verbs(CLI::App& root, int argc, char** argv, int& exit_code) {
  struct Options {
    std::string folder, shots;
    bool stopped = false;
  };
  auto options = std::make_shared<Options>();
  CLI::App* open = root.add_subcommand("open", "Open the window on a workspace (default: the sample)");
  open->add_option("workspace", options->folder, "Folder with a workspace.yaml");
  open->add_flag("--stopped", options->stopped, "Do not start its services");
  open->callback([=, &exit_code] {
    exit_code = options->folder.empty() ? open_default_window(argc, argv) : open_window(argc, argv, options->folder, options->stopped);
  });
  auto tour = std::make_shared<TourOptions>();
  auto size = std::make_shared<std::string>("1600x900");
  CLI::App* through = root.add_subcommand("tour", "Drive the window through the first five minutes on real servers, unattended");
  through->add_option("--shots", tour->shots, "Where a picture of every step goes");
  through->add_flag("--quick", tour->quick, "Shorter loads, and the exported project is written but not built");
  through->add_flag("--light", tour->light, "In the light theme");
  through->add_option("--size", *size, "Of the window")->capture_default_str()->check(CLI::Validator(
      [](std::string& text) {
        int w = 0, h = 0;
        return std::sscanf(text.c_str(), "%dx%d", &w, &h) == 2 && w >= 1024 && h >= 640 ? std::string() : text + " is not a size (use 1280x800, at least 1024x640)";
      },
      "WIDTHxHEIGHT"));
  through->add_option("--without", tour->broken, "Stop this service first: the tour must then fail");
  through->callback([=, &exit_code] {
    std::sscanf(size->c_str(), "%dx%d", &tour->width, &tour->height);
    tour->sample = sample_folder().string();
    exit_code = tour->sample.empty() ? fail(slipway::not_found("the sample workspace was not found beside the program", "NO_SAMPLE")) : run_tour(argc, argv, *tour);
  });
  CLI::App* shots = root.add_subcommand("shots", "Draw every panel in both themes as PNG, from fixed data");
  shots->add_option("folder", options->shots, "Where the pictures go")->required();
  shots->callback([=, &exit_code] { exit_code = run_shots(argc, argv, options->shots); });
}

}  // namespace app
