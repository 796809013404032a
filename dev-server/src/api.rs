//! The signed endpoints.

use crate::answer::Answer;
use crate::catalogue::{Catalogue, Nothing, Task, Version};
use crate::gate::Arrived;
use crate::hosting::Link;
use crate::json::{Object, quoted};
use crate::kinds::{Endpoint, Field, KINDS, Kind};
use crate::query::{Fields, Need, Query, missing};
use crate::shared::{Asked, Shared};
use crate::strategy::{Decision, described};
use crate::{sign, time};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode, header};
use axum::routing::{any, get, post};
use http_body_util::BodyExt;
use std::sync::Arc;

/// The service's code, for the record.
#[derive(Clone, Copy)]
pub struct Code(pub i64);

/// The content type of the service's answers.
pub const JSON: &str = "application/json; charset=utf-8";

/// Every route.
pub fn router(shared: Arc<Shared>) -> Router {
    let mut router = Router::new()
        .route("/v1/app/statistics/info", get(|state, request| signed(state, request, What::Statistics)))
        .route("/v1/app/report", post(|state, request| signed(state, request, What::Report)))
        .route("/files/{*name}", any(file))
        .fallback(|| async {
            (
                StatusCode::NOT_FOUND,
                [(header::CONTENT_TYPE, "text/plain; charset=utf-8")],
                "404 page not found\n",
            )
        });
    for kind in KINDS {
        router = router
            .route(
                &format!("/v1/{}/upgrade", kind.name),
                post(|state, request| signed(state, request, What::Upgrade(kind))),
            )
            .route(
                &format!("/v1/{}/version", kind.name),
                post(|state, request| signed(state, request, What::Version(kind))),
            );
    }
    router.with_state(shared)
}

async fn file(State(shared): State<Arc<Shared>>, request: Request) -> Response<Body> {
    let asked = asked(&request);
    shared.serve(&asked, request).await
}

fn asked(request: &Request) -> Asked {
    request.extensions().get::<Asked>().expect("every request comes through the front").clone()
}

/// What is asked.
#[derive(Clone, Copy)]
enum What {
    Upgrade(&'static Kind),
    Version(&'static Kind),
    Statistics,
    Report,
}

async fn signed(State(shared): State<Arc<Shared>>, request: Request, what: What) -> Response<Body> {
    let asked = asked(&request);
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    let target = parts.uri.to_string();
    let arrived = Arrived { method: &parts.method, target: &target, headers: &parts.headers, body: &body };
    let catalogue = shared.catalogue();
    let checked = arrived.check(&catalogue, &mut shared.nonces.lock().unwrap(), asked.now);
    let call = Call { shared: &shared, catalogue: &catalogue, asked: &asked, arrived: &arrived };
    let answer = match checked {
        Ok(()) => call.answer(what).await.unwrap_or_else(|refusal| refusal),
        Err(refusal) => refusal,
    };
    written(&answer, &catalogue)
}

/// An answer as a response.
pub fn written(answer: &Answer, catalogue: &Catalogue) -> Response<Body> {
    let body = answer.body(catalogue.service.shape);
    let mut response = Response::builder().status(answer.status()).extension(Code(answer.code));
    if !body.is_empty() {
        response = response.header(header::CONTENT_TYPE, JSON);
    }
    if let Some(seconds) = answer.retry_after {
        response = response.header(header::RETRY_AFTER, seconds);
    }
    response.body(Body::from(Bytes::from(body))).expect("the parts are valid")
}

/// A request that has passed the gate.
struct Call<'a> {
    shared: &'a Arc<Shared>,
    catalogue: &'a Catalogue,
    asked: &'a Asked,
    arrived: &'a Arrived<'a>,
}

impl Call<'_> {
    async fn answer(&self, what: What) -> Result<Answer, Answer> {
        match what {
            What::Upgrade(kind) => self.upgrade(kind).await,
            What::Version(kind) => self.version(kind),
            What::Statistics => self.statistics(),
            What::Report => self.report(),
        }
    }

    async fn upgrade(&self, kind: &Kind) -> Result<Answer, Answer> {
        let query = Query::read(kind, self.arrived)?;
        let mut apps = self.catalogue.apps.iter().enumerate();
        let (place, app) = apps
            .find(|(_, app)| app.kind == kind.name && app.key == query.key)
            .ok_or_else(|| unknown(&kind.upgrade))?;
        let decision = self.shared.counters.lock().unwrap().decide(place, app, &query, self.asked.now);
        let (task, version) = match decision {
            Decision::Offer(task, version) => (task, version),
            Decision::Nothing => {
                let form = self.asked.fault.as_ref().and_then(|fault| fault.nothing).unwrap_or(app.nothing);
                return Ok(nothing(kind, form));
            }
            Decision::TooMany(flow) => {
                let refusal = Answer::refusal(429_001, "Application task strategy request rate limit");
                return Err(Answer { retry_after: flow.retry_after, ..refusal });
            }
        };
        if query.overflows() {
            return Err(Answer::death());
        }
        let mut data = Data { key: &query.key, package_name: &app.package_name, ..Data::of(version) };
        data.task = Some(task);
        data.link = self.shared.link(&version.download, &self.asked.base).await?;
        if let Some(patch) = version.patches.iter().find(|patch| patch.from == query.version_code) {
            data.patch = self.shared.link(&patch.download, &self.asked.base).await?;
            let algo = patch.algo.unwrap_or(1);
            data.patch_algo = if query.patch_algo == algo { algo } else { 0 };
        }
        Ok(found(kind, &kind.upgrade, &data))
    }

    fn version(&self, kind: &Kind) -> Result<Answer, Answer> {
        let query = Query::read(kind, self.arrived)?;
        let app = self.catalogue.app(kind.name, &query.key).ok_or_else(|| unknown(&kind.version))?;
        let version = described(app, &query).ok_or_else(|| unknown(&kind.version))?;
        let data = Data { key: &query.key, package_name: &app.package_name, ..Data::of(version) };
        Ok(found(kind, &kind.version, &data))
    }

    fn statistics(&self) -> Result<Answer, Answer> {
        let query = self.arrived.target.split_once('?').map_or("", |(_, query)| query);
        let undecodable = || Answer::refusal(500_001, "invalid URL escape");
        let mut key = None;
        for pair in query.split('&') {
            let pair = sign::decode_target(pair).ok_or_else(undecodable)?;
            let pair = String::from_utf8_lossy(&pair).into_owned();
            key = key.or(pair.strip_prefix("appKey=").map(str::to_owned));
        }
        let key = key.filter(|key| !key.is_empty()).ok_or_else(|| missing("appKey"))?;
        let app = self.catalogue.apps.iter().find(|app| app.key == key);
        let app = app.ok_or_else(|| Answer::refusal(404_001, "Application does not exist"))?;
        let data = serde_json::to_string(&app.statistics).expect("figures are JSON");
        let code = self.catalogue.service.statistics_code;
        Ok(Answer { code, message: "success".into(), data: Some(data), ..Answer::default() })
    }

    /// Events are taken from any application and of any type, as the service does.
    fn report(&self) -> Result<Answer, Answer> {
        let fields = Fields::read(self.arrived)?;
        let event = fields.text("eventType", Need::Required)?;
        fields.text("appKey", Need::Required)?;
        instant(&fields.text("timestamp", Need::Required)?)?;
        let details = fields.object("eventData")?;
        match event.as_str() {
            "app_start" => instant(&details.text("launchTime", Need::Optional)?)?,
            "app_upgrade_download" | "app_upgrade_upgrade" if self.catalogue.service.broken_reports => {
                return Err(Answer::death());
            }
            _ => {}
        }
        for name in ["devModelKey", "devKey", "target", "arch"] {
            if details.text(name, Need::Optional)?.chars().count() > 128 {
                return Err(Answer::death());
            }
        }
        Ok(Answer { message: "success".into(), ..Answer::default() })
    }
}

fn instant(text: &str) -> Result<(), Answer> {
    let parsed = time::parse_rfc3339(text).map(|_| ());
    parsed.ok_or_else(|| Answer::refusal(500_001, format!("parsing time \"{text}\": cannot parse")))
}

fn unknown(endpoint: &Endpoint) -> Answer {
    Answer { docs: endpoint.docs.into(), ..Answer::refusal(404_001, endpoint.unknown) }
}

fn found(kind: &Kind, endpoint: &Endpoint, data: &Data<'_>) -> Answer {
    let data = Some(data.written(kind, endpoint.data));
    Answer { code: 200, message: endpoint.found.into(), data, ..Answer::default() }
}

fn nothing(kind: &Kind, form: Nothing) -> Answer {
    let zeroed = Data::default().written(kind, kind.upgrade.data);
    Answer::nothing("Already at the latest version", form, zeroed)
}

/// Everything that `data` may tell; its default is the zeroed object.
#[derive(Default)]
struct Data<'a> {
    key: &'a str,
    package_name: &'a str,
    version: Option<&'a Version>,
    task: Option<&'a Task>,
    link: Link,
    patch: Link,
    patch_algo: i64,
}

impl<'a> Data<'a> {
    fn of(version: &'a Version) -> Self {
        Self { version: Some(version), ..Self::default() }
    }

    fn written(&self, kind: &Kind, fields: &[Field]) -> String {
        let (version, task) = (self.version, self.task);
        let mut object = Object::new();
        for field in fields {
            let (name, value) = match field {
                Field::Key => (kind.key, quoted(self.key)),
                Field::PackageName => ("packageName", quoted(self.package_name)),
                Field::VersionName => ("versionName", quoted(version.map_or("", |version| &version.name))),
                Field::VersionCode => ("versionCode", version.map_or(0, |version| version.code).to_string()),
                Field::UrlPath => ("urlPath", quoted(&self.link.url)),
                Field::UrlFileSize => ("urlFileSize", self.link.size.to_string()),
                Field::UrlFileMd5 => ("urlFileMd5", quoted(&self.link.md5)),
                Field::PatchAlgo => ("patchAlgo", self.patch_algo.to_string()),
                Field::PatchUrlPath => ("patchUrlPath", quoted(&self.patch.url)),
                Field::PatchUrlFileSize => ("patchUrlFileSize", self.patch.size.to_string()),
                Field::PatchUrlFileMd5 => ("patchUrlFileMd5", quoted(&self.patch.md5)),
                Field::UpgradeType => ("upgradeType", task.map_or(0, |task| task.upgrade_type).to_string()),
                Field::PromptUpgradeContent => {
                    ("promptUpgradeContent", quoted(task.map_or("", |task| &task.prompt)))
                }
                Field::Content => {
                    let content = version.and_then(|version| version.content.as_deref());
                    ("content", content.unwrap_or("null").to_owned())
                }
                Field::Description => {
                    ("description", quoted(version.map_or("", |version| &version.description)))
                }
            };
            object.raw(name, &value);
        }
        object.finish()
    }
}
