#include "panels/kit/session.h"

#include <QDateTime>
#include <QMetaObject>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace panels::kit {

using namespace std::chrono_literals;

void TaskControl::set_progress(double share) { progress_ = share; }
void TaskControl::set_note(std::string note) {
  std::lock_guard lock(mutex_);
  note_ = std::move(note);
}
std::string TaskControl::note() const {
  std::lock_guard lock(mutex_);
  return note_;
}

slipway::Error no_host_error() {
  return slipway::unavailable("this is a recorded picture of a workspace, nothing runs behind it: open the workspace itself",
                              "NO_HOST");
}

slipway::Error past_run_error() { return slipway::conflict("a past run is shown, and it is read only (go back to live with Esc)", "PAST_RUN"); }

// The puller and the workers. Everything here is shared between threads and guarded by `mutex`.
struct Session::Threads {
  std::mutex mutex;
  std::condition_variable wake_puller, wake_workers;
  bool stopping = false, dirty = true, handed_over = false;
  Interest interest;
  std::shared_ptr<const Views> fresh;   // waiting for the GUI thread
  struct Queued {
    std::uint64_t id;
    Job job;
    std::shared_ptr<TaskControl> control;
  };
  std::deque<Queued> queue;
  std::vector<std::thread> threads;
  static constexpr int kWorkers = 4;
};

Session::Session(Story story, QObject* parent)
    : QObject(parent), views_(std::make_shared<const Views>(std::move(story.views))), threads_(std::make_unique<Threads>()) {
  interest_.run = views_->run.id;
}

Session::Session(std::unique_ptr<Backend> backend, QObject* parent)
    : QObject(parent), backend_(std::move(backend)), views_(std::make_shared<const Views>()), threads_(std::make_unique<Threads>()) {
  Threads* t = threads_.get();
  backend_->on_change([t] {
    std::lock_guard lock(t->mutex);
    t->dirty = true;
    t->wake_puller.notify_one();
  });
  t->threads.emplace_back([this, t] {
    std::unique_lock lock(t->mutex);
    while (!t->stopping) {
      // Something changed, or a quarter of a second is over: rates and uptimes move by themselves.
      t->wake_puller.wait_for(lock, 250ms, [t] { return t->dirty || t->stopping; });
      if (t->stopping) break;
      t->dirty = false;
      const Interest interest = t->interest;
      lock.unlock();
      auto views = std::make_shared<const Views>(backend_->pull(interest));
      lock.lock();
      t->fresh = std::move(views);
      if (!t->handed_over && !t->stopping) {
        t->handed_over = true;  // at most one crossing under way
        QMetaObject::invokeMethod(this, [this] { take_views(); }, Qt::QueuedConnection);
      }
      t->wake_puller.wait_for(lock, 50ms, [t] { return t->stopping; });
    }
  });
  for (int i = 0; i < Threads::kWorkers; ++i)
    t->threads.emplace_back([this, t] {
      std::unique_lock lock(t->mutex);
      for (;;) {
        t->wake_workers.wait(lock, [t] { return t->stopping || !t->queue.empty(); });
        if (t->stopping) return;
        auto next = std::move(t->queue.front());
        t->queue.pop_front();
        lock.unlock();
        QMetaObject::invokeMethod(this, [this, id = next.id] { task_started(id); }, Qt::QueuedConnection);
        Outcome outcome = next.control->cancelled() ? Outcome{{}, tr("cancelled before it began")}
                                                    : next.job(backend_.get(), *next.control);
        QMetaObject::invokeMethod(this, [this, id = next.id, outcome = std::move(outcome)] { task_ended(id, outcome); }, Qt::QueuedConnection);
        lock.lock();
        t->dirty = true;
        t->wake_puller.notify_one();
      }
    });
}

Session::~Session() {
  {
    std::lock_guard lock(threads_->mutex);
    threads_->stopping = true;
    for (Task& task : tasks_)
      if (task.control) task.control->cancel();
  }
  threads_->wake_puller.notify_all();
  threads_->wake_workers.notify_all();
  for (std::thread& t : threads_->threads) t.join();
  backend_.reset();
}

qint64 Session::now_ns() const { return is_live() && !is_past() ? QDateTime::currentMSecsSinceEpoch() * 1'000'000 : views_->wall_ns; }

void Session::take_views() {
  {
    std::lock_guard lock(threads_->mutex);
    threads_->handed_over = false;
    if (!threads_->fresh) return;
    views_ = std::move(threads_->fresh);
    threads_->fresh.reset();
  }
  Q_EMIT refreshed();
}

void Session::set_interest(const Interest& interest) {
  if (interest == interest_) return;
  interest_ = interest;
  std::lock_guard lock(threads_->mutex);
  threads_->interest = interest;
  threads_->dirty = true;
  threads_->wake_puller.notify_one();
}

void Session::show_run(const QString& id) {
  if (id.toStdString() == interest_.run) return;
  Interest wanted = interest_;
  wanted.run = id.toStdString();
  set_interest(wanted);
  set_time_cursor(0);
  select({});
  Q_EMIT refreshed();  // what is loading says so at once
}

void Session::read_run_again() {
  Interest wanted = interest_;
  ++wanted.reading;
  set_interest(wanted);
}

std::optional<slipway::Error> Session::refusal() const {
  if (!is_live()) return no_host_error();
  if (is_past()) return past_run_error();
  return std::nullopt;
}

void Session::select(const Selection& selection) {
  if (selection == selection_) return;
  selection_ = selection;
  Q_EMIT selection_changed();
}

void Session::set_time_cursor(qint64 wall_ns) {
  if (wall_ns == cursor_ns_) return;
  cursor_ns_ = wall_ns;
  Q_EMIT time_cursor_changed();
}

void Session::open(const QString& panel, const Selection& selection) {
  if (selection.kind != Selection::Kind::None) select(selection);
  Q_EMIT open_requested(panel, selection);
}

std::uint64_t Session::act(const QString& name, std::function<slipway::Status(workbench::host::Host&)> work, const Toast& on_done) {
  return run<void>(name, Work<void>([work = std::move(work)](workbench::host::Host& host, TaskControl&) { return work(host); }),
                   [this, name, on_done](slipway::Status status) {
                     if (!status.ok() && status.error().reason() == "PAST_RUN")
                       toast({tr("%1: a past run is shown, and it is read only").arg(name), tr("Back to live"), [this] { show_run({}); }, true});
                     else if (!status.ok())
                       toast({tr("%1: %2").arg(name, QString::fromStdString(status.error().to_string())), {}, {}, true});
                     else if (!on_done.text.isEmpty())
                       toast(on_done);
                   });
}

std::uint64_t Session::enqueue(const QString& name, Job job) {
  Task task;
  task.id = next_task_++;
  task.name = name;
  task.started_ms = now_ns() / 1'000'000;
  task.control = std::make_shared<TaskControl>();
  const std::uint64_t id = task.id;
  auto control = task.control;
  tasks_.insert(tasks_.begin(), std::move(task));
  if (tasks_.size() > 200) tasks_.resize(200);
  Q_EMIT tasks_changed();
  if (!is_live()) {
    Outcome outcome = job(nullptr, *control);
    QMetaObject::invokeMethod(this, [this, id, outcome = std::move(outcome)] { task_ended(id, outcome); }, Qt::QueuedConnection);
    return id;
  }
  std::lock_guard lock(threads_->mutex);
  threads_->queue.push_back({id, std::move(job), control});
  threads_->wake_workers.notify_one();
  return id;
}

void Session::task_started(std::uint64_t id) {
  for (Task& task : tasks_)
    if (task.id == id) task.state = Task::State::Running;
  Q_EMIT tasks_changed();
}

void Session::task_ended(std::uint64_t id, const Outcome& outcome) {
  for (Task& task : tasks_)
    if (task.id == id) {
      task.ended_ms = now_ns() / 1'000'000;
      task.error = outcome.error;
      task.state = task.control->cancelled()  ? Task::State::Cancelled
                   : outcome.error.isEmpty() ? Task::State::Done
                                             : Task::State::Failed;
    }
  Q_EMIT tasks_changed();
  if (outcome.finish) outcome.finish();
}

void Session::cancel_task(std::uint64_t id) {
  for (Task& task : tasks_)
    if (task.id == id && task.control) task.control->cancel();
  Q_EMIT tasks_changed();
}

}  // namespace panels::kit
