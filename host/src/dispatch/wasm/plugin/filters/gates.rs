//! Before connections, sessions and the administrator's actions go on.

use super::plain_or_denied;
use crate::{
    dispatch::wasm::{
        Fault, Hook, Judged, Plugin,
        bindings::exports::talaria::plugin::{
            admin_before_action, auth_authorize, config_before_save, connection_before_open, session_before_takeover,
        },
        call::Call,
        convert,
        plugin::hooks::borrow_pairs,
    },
    model::{
        Context,
        session::{Access, DeviceType, Login, Transport},
    },
};

impl Plugin {
    /// `connection.before-open`; false: it is refused.
    pub(in crate::dispatch) async fn connection_before_open(
        &self,
        context: &Context,
        transport: Transport,
    ) -> Result<bool, Fault> {
        let mut call = Call::begin(self, Hook::ConnectionBeforeOpen, context).await?;
        let context = convert::context(context, self.runtime.services.node, call.limit());
        let transport = convert::transport(transport);
        let result = call!(call, connection_before_open.call_before_open(context, transport));
        Ok(match call.finish(result)? {
            connection_before_open::Verdict::Continue => true,
            connection_before_open::Verdict::Refuse => false,
        })
    }

    /// `auth.authorize`; `None`: the next one decides.
    pub(in crate::dispatch) async fn authorize(
        &self,
        context: &Context,
        login: &Login,
    ) -> Result<Option<Access>, Fault> {
        let mut call = Call::begin(self, Hook::AuthAuthorize, context).await?;
        let details = borrow_pairs(&login.device_details);
        let context = convert::context(context, self.runtime.services.node, call.limit());
        let login = auth_authorize::Login {
            user_id: login.user.0,
            device: convert::device_type(login.device),
            device_details: &details,
        };
        let result = call!(call, auth_authorize.call_authorize(context, login));
        Ok(match call.finish(result)? {
            auth_authorize::Outcome::Only(kinds) => Some(Access::Only(kinds.into_iter().collect())),
            auth_authorize::Outcome::AllExcept(kinds) => Some(Access::AllExcept(kinds.into_iter().collect())),
            auth_authorize::Outcome::BuiltIn => None,
        })
    }

    /// `session.before-takeover`
    pub(in crate::dispatch) async fn session_before_takeover(
        &self,
        context: &Context,
        login: &Login,
        ended: &[DeviceType],
    ) -> Result<Judged, Fault> {
        let ended: Vec<_> = ended.iter().copied().map(convert::device_type).collect();
        let mut call = Call::begin(self, Hook::SessionBeforeTakeover, context).await?;
        let context = convert::context(context, self.runtime.services.node, call.limit());
        let takeover = session_before_takeover::Takeover {
            user_id: login.user.0,
            device: convert::device_type(login.device),
            ended: &ended,
        };
        let result = call!(call, session_before_takeover.call_before_takeover(context, takeover));
        plain_or_denied!(call.finish(result)?, session_before_takeover)
    }

    /// `admin.before-action`
    pub(in crate::dispatch) async fn admin_before_action(
        &self,
        context: &Context,
        name: &str,
    ) -> Result<Judged, Fault> {
        let mut call = Call::begin(self, Hook::AdminBeforeAction, context).await?;
        let context = convert::context(context, self.runtime.services.node, call.limit());
        let result = call!(call, admin_before_action.call_before_action(context, name));
        plain_or_denied!(call.finish(result)?, admin_before_action)
    }

    /// `config.before-save`; `config`: a JSON object.
    pub(in crate::dispatch) async fn config_before_save(
        &self,
        context: &Context,
        plugin: &str,
        config: &str,
    ) -> Result<Judged, Fault> {
        let mut call = Call::begin(self, Hook::ConfigBeforeSave, context).await?;
        let context = convert::context(context, self.runtime.services.node, call.limit());
        let change = config_before_save::Change { plugin, config };
        let result = call!(call, config_before_save.call_before_save(context, change));
        plain_or_denied!(call.finish(result)?, config_before_save)
    }
}
