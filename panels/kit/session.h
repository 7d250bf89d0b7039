// Session: the window's side of one workspace.
//
// Live, it stands on a Host: a background thread pulls plain views when something changed, at most 20 times a second,
// and hands them over with one queued call; the GUI thread never calls the host. From a Story it shows fixed data (shots
// and tests). Actions go through run(): the work is done on one of a few worker threads, shown in the drawer's Tasks tab,
// and its result is handed back in the GUI thread. One selection and one time cursor serve the whole window.
#pragma once

#include <QObject>
#include <QPointer>
#include <QString>
#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "panels/kit/views.h"
#include "slipway/base/result.h"

namespace workbench::host {
class Host;
}

namespace panels::kit {

slipway::Error no_host_error();   // of a Story
slipway::Error past_run_error();

struct Selection {
  enum class Kind { None, Service, Step, Route, ConfigKey, ConfigChange, Request, Exchange, Trace, Span, LoadCell, Node, Edge,
                    Section, File, Task };
  Kind kind = Kind::None;
  QString id;        // instance, step, key, request id, trace id, file …
  QString owner;     // the service of a step, the trace of a span, the target of a node
  friend bool operator==(const Selection&, const Selection&) = default;
};

// What a task may say and ask while it runs. Thread-safe.
class TaskControl {
 public:
  void set_progress(double share);           // 0…1; never called: the bar is indeterminate
  void set_note(std::string note);
  bool cancelled() const { return cancelled_; }
  void cancel() { cancelled_ = true; }
  double progress() const { return progress_; }
  std::string note() const;

 private:
  std::atomic<bool> cancelled_{false};
  std::atomic<double> progress_{-1};
  mutable std::mutex mutex_;
  std::string note_;
};

struct Task {
  enum class State { Waiting, Running, Done, Failed, Cancelled };
  std::uint64_t id = 0;
  QString name;
  State state = State::Waiting;
  qint64 started_ms = 0, ended_ms = 0;       // Unix time
  QString error;
  std::shared_ptr<TaskControl> control;
};

struct Toast {
  QString text, action;
  std::function<void()> on_action;
  bool error = false;
};

// Where views come from. The live one stands in session_live.cpp; a Story has none. All but host() are of the run that the last
// pull was asked for.
class Backend {
 public:
  virtual ~Backend() = default;
  virtual Views pull(const Interest& interest) = 0;      // blocks; background thread
  // A trace by its id or the beginning of it; of the live run it is waited for. Blocks.
  virtual slipway::Result<workbench::recorder::TracePtr> trace(const std::string& id) = 0;
  // Of all spans of that name that were kept; empty of a past run. Blocks.
  virtual slipway::Histogram span_statistics(const std::string& service, const std::string& name) = 0;
  virtual void on_change(std::function<void()> wake) = 0;
  virtual workbench::host::Host& host() = 0;
};

class Session : public QObject {
  Q_OBJECT
 public:
  explicit Session(Story story, QObject* parent = nullptr);
  explicit Session(std::unique_ptr<Backend> backend, QObject* parent = nullptr);
  ~Session() override;                                   // joins its threads
  // Live, from an open host. Defined in session_live.cpp.
  static std::unique_ptr<Session> live(std::unique_ptr<workbench::host::Host> host, QObject* parent = nullptr);

  bool is_live() const { return backend_ != nullptr; }   // else a Story
  // The run that is wanted: empty = the one going on, else the id of a past one, which is read only: until show_run({}) every
  // action is refused with PAST_RUN.
  void show_run(const QString& id);
  void read_run_again();                                 // its file has changed
  const std::string& run_id() const { return interest_.run; }
  bool is_past() const { return !interest_.run.empty(); }
  bool is_loading() const { return views_->wall_ns == 0 || views_->run.id != interest_.run; }   // its views are on their way
  const Views& views() const { return *views_; }
  std::shared_ptr<const Views> snapshot() const { return views_; }
  qint64 now_ns() const;                                 // Unix time; fixed in a Story

  // What the visible panels want pulled beyond the basics. Merged with what is set; takes effect with the next pull.
  const Interest& interest() const { return interest_; }
  void set_interest(const Interest& interest);

  const Selection& selection() const { return selection_; }
  void select(const Selection& selection);
  qint64 time_cursor() const { return cursor_ns_; }      // Unix ns, 0 = none
  void set_time_cursor(qint64 wall_ns);
  // Goes to a panel ("config") and shows that thing in it; also selects it.
  void open(const QString& panel, const Selection& selection = {});
  // A comparison came to a report in this window: one of the first steps.
  void note_comparison() { ++comparisons_; }
  int comparisons() const { return comparisons_; }
  void toast(const Toast& toast) { Q_EMIT toast_raised(toast); }

  template <class T>
  using Work = std::function<slipway::Result<T>(workbench::host::Host&, TaskControl&)>;
  // Runs `work` on a worker thread, then `done` in the GUI thread if this session still lives. Returns the task's id. In a
  // Story `done` gets an UNAVAILABLE error.
  template <class T>
  std::uint64_t run(const QString& name, Work<T> work, std::function<void(slipway::Result<T>)> done = {});
  template <class T>
  std::uint64_t run(const QString& name, std::function<slipway::Result<T>(workbench::host::Host&)> work,
                    std::function<void(slipway::Result<T>)> done = {}) {
    return run<T>(
        name, Work<T>([work = std::move(work)](workbench::host::Host& host, TaskControl&) { return work(host); }), std::move(done));
  }
  // The same for what may be done while a past run is shown: to read it, and to keep or delete runs.
  template <class T>
  std::uint64_t look(const QString& name, std::function<slipway::Result<T>(Backend&)> work, std::function<void(slipway::Result<T>)> done = {}) {
    return enqueue(name, job<T>([work = std::move(work)](Backend& backend, TaskControl&) { return work(backend); }, std::move(done),
                                is_live() ? std::nullopt : std::optional(no_host_error())));
  }
  // For actions that give nothing back; a failure is raised as a toast.
  std::uint64_t act(const QString& name, std::function<slipway::Status(workbench::host::Host&)> work, const Toast& on_done = {});
  const std::vector<Task>& tasks() const { return tasks_; }   // newest first, at most 200
  void cancel_task(std::uint64_t id);

 Q_SIGNALS:
  void refreshed();                                      // views() is new
  void selection_changed();
  void time_cursor_changed();
  void open_requested(const QString& panel, const panels::kit::Selection& selection);
  void toast_raised(const panels::kit::Toast& toast);
  void tasks_changed();

 private:
  using Finish = std::function<void()>;                  // runs in the GUI thread
  struct Outcome {
    Finish finish;
    QString error;                                       // empty when it went well
  };
  using Job = std::function<Outcome(Backend*, TaskControl&)>;
  // `refusal`: the work is not done, and this is what comes of it.
  template <class T>
  static Job job(std::function<slipway::Result<T>(Backend&, TaskControl&)> work, std::function<void(slipway::Result<T>)> done, std::optional<slipway::Error> refusal);
  std::optional<slipway::Error> refusal() const;         // of an action, as things are
  std::uint64_t enqueue(const QString& name, Job job);
  void task_started(std::uint64_t id);
  void task_ended(std::uint64_t id, const Outcome& outcome);
  void take_views();

  struct Threads;
  std::unique_ptr<Backend> backend_;
  std::shared_ptr<const Views> views_;
  Interest interest_;
  Selection selection_;
  qint64 cursor_ns_ = 0;
  int comparisons_ = 0;
  std::vector<Task> tasks_;
  std::uint64_t next_task_ = 1;
  std::unique_ptr<Threads> threads_;
};

template <class T>
Session::Job Session::job(std::function<slipway::Result<T>(Backend&, TaskControl&)> work, std::function<void(slipway::Result<T>)> done, std::optional<slipway::Error> refusal) {
  return [work = std::move(work), done = std::move(done), refusal = std::move(refusal)](Backend* backend, TaskControl& control) {
    auto result = std::make_shared<slipway::Result<T>>(refusal ? slipway::Result<T>(*refusal) : work(*backend, control));
    QString error = result->ok() ? QString() : QString::fromStdString(result->error().to_string());
    return Outcome{[result, done] {
                     if (done) done(std::move(*result));
                   },
                   error};
  };
}

template <class T>
std::uint64_t Session::run(const QString& name, Work<T> work, std::function<void(slipway::Result<T>)> done) {
  return enqueue(name, job<T>([work = std::move(work)](Backend& backend, TaskControl& control) { return work(backend.host(), control); }, std::move(done), refusal()));
}

}  // namespace panels::kit
