#include "panels/reference/reference_panel.h"

#include <QLineEdit>
#include <QStackedWidget>
#include <QVBoxLayout>

#include "panels/kit/cell_rows.h"
#include "panels/kit/controls.h"
#include "panels/kit/sheet.h"
#include "panels/kit/states.h"
#include "panels/kit/tabs.h"
#include "slipway/base/code_registry.h"

namespace panels::reference {

using namespace kit;

namespace {

QString q(std::string_view s) { return QString::fromUtf8(s.data(), qsizetype(s.size())); }

Token tone_of(int http) { return http >= 500 ? Token::Err : http >= 400 ? Token::Warn : Token::Ok; }

}  // namespace

ReferencePanel::ReferencePanel(Session* session, QWidget* parent) : Panel(session, parent) {
  auto* all = new QVBoxLayout(this);
  all->setContentsMargins(0, 0, 0, 0);
  sheet_ = new Sheet(this);
  sheet_->set_title(tr("Reference"));
  filter_ = filter_edit(tr("Number, reason, status, text or owner"), tr("Filter the error codes"), sheet_);
  filter_->setFixedWidth(300);
  sheet_->add_tool(filter_);
  tabs_ = new TabStrip(tr("What to look up"), sheet_);
  tabs_->add(tr("Error codes"));
  tabs_->add(tr("Plugins"));
  sheet_->body()->addWidget(tabs_);
  sheet_->body()->addWidget(hairline(sheet_));
  pages_ = new QStackedWidget(sheet_);
  sheet_->body()->addWidget(pages_, 1);
  all->addWidget(sheet_);

  codes_ = new CellRows({{tr("Number"), 84, Qt::AlignRight, tr("What programs compare; the `code` of a reply's body")},
                         {tr("Reason"), 260, Qt::AlignLeft, tr("Stable and upper case; the `reason` of a reply's body")},
                         {tr("Text"), 0, Qt::AlignLeft, tr("The message of an error that is given none")},
                         {tr("HTTP"), 72, Qt::AlignRight},
                         {tr("gRPC"), 72, Qt::AlignRight},
                         {tr("gRPC name"), 180},
                         {tr("Defined by"), 140}},
                        this);
  codes_view_ = new TableView(tr("Error codes"), size::kRow, pages_);
  codes_view_->setModel(codes_);
  pages_->addWidget(codes_view_);

  plugins_ = new CellRows({{tr("Plugin"), 180}, {tr("Version"), 84, Qt::AlignRight}, {tr("State"), 110}, {tr("About"), 0}, {tr("Adds"), 260}, {tr("File"), 260}}, this);
  plugin_pages_ = new QStackedWidget(pages_);
  plugins_view_ = new TableView(tr("Plugins"), size::kRow, plugin_pages_);
  plugins_view_->setModel(plugins_);
  plugin_pages_->addWidget(plugins_view_);
  auto* none = new EmptyState(QStringLiteral("package"), tr("This workspace lists no plugins."), plugin_pages_);
  none->set_sentence(tr("This workspace lists no plugins."),
                     tr("A plugin is a shared library that adds behaviours, middleware steps or balancers. List its file under `plugins:` in workspace.yaml."));
  none->set_action(tr("Open workspace.yaml"),
                   [this] { this->session()->open(QStringLiteral("config"), {Selection::Kind::File, QStringLiteral("workspace.yaml:1"), {}}); });
  plugin_pages_->addWidget(none);
  pages_->addWidget(plugin_pages_);

  connect(tabs_, &TabStrip::changed, this, [this](int index) {
    pages_->setCurrentIndex(index);
    filter_->setVisible(index == Codes);
  });
  connect(filter_, &QLineEdit::textChanged, this, [this] { show_codes(); });
  setFocusProxy(codes_view_);
}

PanelInfo ReferencePanel::info() const { return {QStringLiteral("reference"), tr("Reference"), QStringLiteral("book"), Group::Learn, QStringLiteral("=")}; }

std::vector<Command> ReferencePanel::commands() {
  const auto open = [this](Tab tab) {
    return [this, tab] {
      session()->open(QStringLiteral("reference"));
      show_tab(tab);
    };
  };
  return {{QStringLiteral("reference.codes"), tr("Error codes"), QStringLiteral("book"), {}, open(Codes), {}, tr("numbers, reasons, HTTP and gRPC status")},
          {QStringLiteral("reference.plugins"), tr("Plugins of this workspace"), QStringLiteral("package"), {}, open(Plugins), {}, {}}};
}

QVariantMap ReferencePanel::save_state() const { return {{QStringLiteral("tab"), tabs_->current()}, {QStringLiteral("filter"), filter_->text()}}; }

void ReferencePanel::restore_state(const QVariantMap& state) {
  show_tab(state.value(QStringLiteral("tab")).toInt());
  filter(state.value(QStringLiteral("filter")).toString());
}

void ReferencePanel::show_tab(int tab) {
  tabs_->set_current(tab == Plugins ? Plugins : Codes);
  pages_->setCurrentIndex(tabs_->current());
  filter_->setVisible(tabs_->current() == Codes);
}

void ReferencePanel::filter(const QString& words) { filter_->setText(words); }

void ReferencePanel::refresh() {
  show_codes();
  show_plugins();
}

void ReferencePanel::show_codes() {
  const auto& registry = slipway::CodeRegistry::system();
  const std::size_t known = registry.list().size();
  const QString words = filter_->text().trimmed();
  std::vector<CellRow> rows;
  for (const auto& code : registry.search(words.toStdString())) {
    CellRow row;
    row.key = QStringLiteral("%1 %2").arg(code.number).arg(q(code.reason));
    row.cells = {Cell::number(QString::number(code.number), code.number), Cell::mono(q(code.reason)),
                 Cell::plain(q(code.text), Token::Tx2),                    Cell::number(QString::number(code.http), code.http, tone_of(code.http)),
                 Cell::number(QString::number(code.grpc), code.grpc),     Cell::mono(q(slipway::grpc_code_name(code.grpc)), Token::Tx2),
                 Cell::plain(q(code.owner), Token::Tx2)};
    rows.push_back(std::move(row));
  }
  codes_view_->set_empty_text(tr("No code has “%1”. Esc in the field shows all %2.").arg(words).arg(known));
  sheet_->set_caption(words.isEmpty() ? plural(int(known), tr("error code"), tr("error codes")) : tr("%1 of %2 error codes").arg(rows.size()).arg(known));
  tabs_->set_count(Codes, QString::number(known));
  codes_->set_rows(std::move(rows));
}

void ReferencePanel::show_plugins() {
  const auto& plugins = session()->views().plugins;
  std::vector<CellRow> rows;
  for (const auto& plugin : plugins) {
    QStringList adds;
    for (const auto& [family, name] : plugin.adds) adds << q(family) + QLatin1Char(' ') + q(name);
    CellRow row;
    row.key = q(plugin.name);
    row.cells = {Cell::plain(q(plugin.name)),
                 Cell::number(q(plugin.version)),
                 Cell::of_tags({{plugin.installed ? tr("installed") : tr("loaded"), plugin.installed ? Token::Ok : Token::Tx2, {}, false, false, true}}),
                 Cell::plain(q(plugin.about), Token::Tx2),
                 Cell::plain(adds.join(QStringLiteral(", "))),
                 Cell::mono(plugin.path.empty() ? tr("in the program") : q(plugin.path), Token::Tx2)};
    rows.push_back(std::move(row));
  }
  plugin_pages_->setCurrentIndex(rows.empty() ? 1 : 0);
  tabs_->set_count(Plugins, QString::number(plugins.size()));
  plugins_->set_rows(std::move(rows));
}

}  // namespace panels::reference
