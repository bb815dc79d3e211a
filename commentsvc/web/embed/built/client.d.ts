/*! commentsvc, Apache-2.0; built from adc43895d497557dc1388b2bcdacc3a25ed9f692cd85fe5e776a4ba3fe93a5e3 */
export interface paths {
    "/api/v1/admin/accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List accounts: all for admins of every site; for others those with a role on their sites, with no other role shown. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Accounts"];
                    };
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        put?: never;
        /** Make an account, with roles to begin with. For admins of every site. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewAccount"];
                };
            };
            responses: {
                /** @description Created */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Account"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/accounts/{account_id}/roles": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                account_id: string;
            };
            cookie?: never;
        };
        get?: never;
        /**
         * Give an account a role on a site, or take it away with null. It holds from the account's next request on.
         * @description Admins of a site may do so there for accounts that have a role there; admins of every site, everywhere and for everybody.
         */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    account_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Role"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Account"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/accounts/{account_id}:close": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                account_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Close an account: its sessions end and its tokens are revoked at once. For admins of every site. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    account_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Account"];
                    };
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/accounts/{account_id}:open": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                account_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Open a closed account again. Its old tokens stay revoked. For admins of every site. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    account_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Account"];
                    };
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/rescoring": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List a site's rescorings, how far each has come, and once it is done what would change. */
        get: {
            parameters: {
                query: {
                    /** @description The site's key. */
                    site: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Rescorings"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        put?: never;
        /**
         * Have a site's stored comments scored anew in the background, beside the scores they have. No route changes.
         * @description Asking for the same again while it is going on gives the one that is.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["RescoringWish"];
                };
            };
            responses: {
                /** @description Accepted */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Rescoring"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/scorers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the scorer versions on record, the one at work, and how the shadow beside it differs. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Scorers"];
                    };
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/scorers/{scorer}:activate": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                scorer: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make sure that a scorer is the active one. For admins of every site.
         * @description Which scorer is active stands in the settings, and every server and worker reads them when it starts; for another one this is a
         *     conflict that says what to set.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    scorer: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ScorerLine"];
                    };
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/scorers/{scorer}:shadow": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                scorer: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let the comparison of the shadow with the active scorer begin anew. For admins of every site.
         * @description Which scorer is the shadow stands in the settings; for another one this is a conflict that says what to set.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    scorer: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ScorerLine"];
                    };
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/sites": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the sites that the caller is an admin of. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Sites"];
                    };
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        put?: never;
        /** Make a site, with its first policy active. For admins of every site. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewSite"];
                };
            };
            responses: {
                /** @description Created */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Site"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/sites/{site}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        /** Get a site. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    site: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Site"];
                    };
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change what a site allows. What is left out stays as it is. */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    site: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["SiteChange"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Site"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        trace?: never;
    };
    "/api/v1/admin/sites/{site}/articles": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        /** List the latest articles that have comments. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    site: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Articles"];
                    };
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/sites/{site}/articles:close": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Close an article: it takes no more comments. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    site: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ArticleAct"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Article"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/sites/{site}/articles:open": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Open a closed article again. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    site: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ArticleAct"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Article"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/sites/{site}/audit": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        /** List who did what on a site, newest first: everything, or what one account did, what was done to one comment, and so on. */
        get: {
            parameters: {
                query?: {
                    /** @description The `next` of the page before. */
                    cursor?: string | null;
                    /** @description Entries of a page, 1 to 100. */
                    limit?: number;
                    /** @description Only what they did: `system`, `author:<id>` or `account:<id>`. */
                    actor?: string | null;
                    /** @description Only this kind of act, such as `decision_reject`. */
                    action?: string | null;
                    /** @description Only what was done to this: `comment:<id>`. */
                    subject?: string | null;
                    /** @description Only from this time on. */
                    since?: string | null;
                    /** @description Only before this time. */
                    until?: string | null;
                };
                header?: never;
                path: {
                    site: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Audit"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/sites/{site}/coral": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        /** Count the texts that Coral had routed by this site's policy, and what its moderators decided about them. */
        get: {
            parameters: {
                query?: {
                    /** @description The name of the key with which that Coral sends decisions. */
                    source?: string;
                    /** @description Texts of so many days, 1 to 3650. */
                    days?: number;
                };
                header?: never;
                path: {
                    site: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Phase"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/sites/{site}/evidence": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        /** See how scores are spread, what moderators said of them, and what today's policy does with them. */
        get: {
            parameters: {
                query?: {
                    /** @description From when on; 30 days before `until` when left out. */
                    since?: string | null;
                    /** @description Until when; now when left out. */
                    until?: string | null;
                    /** @description The key of one section. */
                    section?: string | null;
                    /** @description The code of one language. */
                    language?: string | null;
                };
                header?: never;
                path: {
                    site: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Evidence"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/sites/{site}/moderation-figures": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        /** Get what a site's moderators decided in total, and how far they agree where two judged the same comment. */
        get: {
            parameters: {
                query?: {
                    /** @description Days up to now, 1 to 365. */
                    days?: number;
                };
                header?: never;
                path: {
                    site: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SiteWork"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/sites/{site}/policies": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        /** List the versions of a site's policy, newest first. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    site: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Policies"];
                    };
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        put?: never;
        /** Keep a policy as the site's next version. It routes nothing before it is activated. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    site: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Draft"];
                };
            };
            responses: {
                /** @description Created */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Policy"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/sites/{site}/policies/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
                version: number;
            };
            cookie?: never;
        };
        /** Get one version of a site's policy. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    site: string;
                    version: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Policy"];
                    };
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/sites/{site}/policies/{version}/effective": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
                version: number;
            };
            cookie?: never;
        };
        /** Tell which thresholds a version puts where: on the site, and in each section with what it has from the site. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    site: string;
                    version: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Effective"];
                    };
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/sites/{site}/policies/{version}/shadow": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
                version: number;
            };
            cookie?: never;
        };
        /** Tell what came of a version's latest run in shadow. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    site: string;
                    version: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PolicyShadowOutcome"];
                    };
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/sites/{site}/policies/{version}:activate": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
                version: number;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let a version route comments from the next one on; also the way back to an older version. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    site: string;
                    version: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Policy"];
                    };
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/sites/{site}/policies/{version}:approve": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
                version: number;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Approve a version that somebody else made. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    site: string;
                    version: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["StepNote"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PolicyState"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/sites/{site}/policies/{version}:end-shadow": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
                version: number;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let a version run in shadow no longer. What it counted stays. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    site: string;
                    version: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PolicyState"];
                    };
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/sites/{site}/policies/{version}:plan": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
                version: number;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Have a version activated at a time, by a worker. A plan that waits already is replaced. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    site: string;
                    version: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["PlanWish"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PolicyState"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/sites/{site}/policies/{version}:shadow": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
                version: number;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let a version route every new comment beside the active one, without effect, and count what it would have done. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    site: string;
                    version: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PolicyState"];
                    };
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/sites/{site}/policies:back": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Activate the version that was active before this one. It needs no approval. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    site: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Back"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PolicyState"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/sites/{site}/policies:cancel-plan": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Drop the activation that waits for its time. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    site: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PolicyState"];
                    };
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/sites/{site}/policies:recommend": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Get thresholds for a stated goal in place of today's, or the reason why the goal cannot be kept on this data. Changes nothing. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    site: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Recommend"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Advised"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/sites/{site}/policies:rule": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Have versions approved by a second person, or do without. Doing without takes two admins: the first call asks, another's agrees. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    site: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["RuleWish"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PolicyState"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/sites/{site}/policies:simulate": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * See what a policy's thresholds would have done with the comments on record. Changes nothing.
         * @description The other rules keep the outcome they had. Counts are exact; estimates come with a 95 % interval, and shares as null with too few
         *     decisions.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    site: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Simulation"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Simulated"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/sites/{site}/policies:state": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        /** Tell what surrounds a site's versions: which is active, what is planned, approved and in shadow. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    site: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PolicyState"];
                    };
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/sites/{site}/policies:sweep": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * See what a draft would do with one of its thresholds in each place from 0.01 to 1. Changes nothing.
         * @description With this a threshold can be dragged without asking again. Where a share is null there is too little to say; how many decisions would be
         *     enough is told by `policies:simulate`.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    site: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Sweep"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Swept"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/sites/{site}/policy-drafts": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        /** List a site's drafts, the one changed last first. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    site: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PolicyDrafts"];
                    };
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        put?: never;
        /** Keep a draft. It routes nothing. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    site: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["DraftWish"];
                };
            };
            responses: {
                /** @description Created */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PolicyDraft"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/sites/{site}/policy-drafts/{draft_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
                draft_id: string;
            };
            cookie?: never;
        };
        /** Get one draft. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    site: string;
                    draft_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PolicyDraft"];
                    };
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        /** Change a draft of one's own. */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    site: string;
                    draft_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["DraftChange"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PolicyDraft"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        post?: never;
        /** Delete a draft of one's own. */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    site: string;
                    draft_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description No Content */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/sites/{site}/policy-drafts/{draft_id}:publish": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
                draft_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make a draft of one's own the site's next version. It routes nothing before it is activated. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    site: string;
                    draft_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["StepNote"];
                };
            };
            responses: {
                /** @description Created */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Policy"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/sites/{site}/practice": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        /** Get how a site's moderators work. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    site: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Practice"];
                    };
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change how a site's moderators work, from now on. */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    site: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["PracticeChange"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Practice"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        trace?: never;
    };
    "/api/v1/admin/sites/{site}/sections": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        /** List a site's sections. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    site: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Sections"];
                    };
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/sites/{site}/sections/{section}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
                section: string;
            };
            cookie?: never;
        };
        get?: never;
        /** Make a section, or change the one with this key: its name, whether it takes comments, and when its new articles close. */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    site: string;
                    section: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["SectionChange"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Section"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/sites/{site}/statements": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        /** List statements of reasons, in the form of the EU's Transparency Database, with what came of sending them. */
        get: {
            parameters: {
                query?: {
                    /** @description The `next` of the page before. */
                    cursor?: string | null;
                    /** @description Entries of a page, 1 to 100. */
                    limit?: number;
                    /** @description Only about restrictions from this time on. */
                    since?: string | null;
                    /** @description Only about restrictions before this time. */
                    until?: string | null;
                };
                header?: never;
                path: {
                    site: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Statements"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/sites/{site}/transparency-report": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        /** Get the figures of a year: notices, measures, automated means with accuracy and error, appeals, median times. */
        get: {
            parameters: {
                query: {
                    /** @description The calendar year in UTC, 2000 to 2100. */
                    year: number;
                };
                header?: never;
                path: {
                    site: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["TransparencyReport"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/sites/{site}/watch": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        /** Tell how a site fares: its weeks in figures, what waits, and what is alarming. A worker counts; nothing is counted here. */
        get: {
            parameters: {
                query?: {
                    /** @description Weeks, this one among them, 1 to 26. */
                    weeks?: number;
                };
                header?: never;
                path: {
                    site: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Watch"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        /** Say how long a comment may wait before it is an alert, and whether the caller gets alerts by e-mail. */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    site: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["WatchWish"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Watch"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/sites/{site}/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        /** List the webhooks of a site, oldest first. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    site: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Webhooks"];
                    };
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        put?: never;
        /** Have an address told of what happens on the site from now on. The answer holds the secret that messages are signed with, once. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    site: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewWebhook"];
                };
            };
            responses: {
                /** @description Created */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["NewWebhookOut"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/sites/{site}/webhooks/{webhook_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
                webhook_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Tell this address nothing any more. Messages on their way are dropped. */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    site: string;
                    webhook_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description No Content */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/sites/{site}/webhooks/{webhook_id}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
                webhook_id: string;
            };
            cookie?: never;
        };
        /** List the latest 50 messages to a webhook, newest first, with what came of them. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    site: string;
                    webhook_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Deliveries"];
                    };
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/sites/{site}/webhooks/{webhook_id}:test": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
                webhook_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send a message of the type `webhook.test`, and turn the webhook on again if it was off. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    site: string;
                    webhook_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Accepted */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Tried"];
                    };
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/suggestions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List texts that clients of the Perspective protocol have sent with a judgement. For admins of every site. */
        get: {
            parameters: {
                query?: {
                    /** @description The `next` of the page before. */
                    cursor?: string | null;
                    /** @description Entries of a page, 1 to 100. */
                    limit?: number;
                    /** @description The name of the key that they came with. */
                    source?: string | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Suggestions"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/suggestions:forget": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Delete texts and judgements: all of a key, or those about one text. For admins of every site. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Forgetting"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Forgotten"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/suggestions:quality": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Tell what each cut-off does: the shares of rejected and of approved texts above it. For admins of every site. */
        get: {
            parameters: {
                query: {
                    /** @description The name of the key that they came with. */
                    source: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CutOffs"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List one's own tokens; admins of every site may ask for another account's. */
        get: {
            parameters: {
                query?: {
                    /** @description An account; the caller's own when left out. */
                    account?: string | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Tokens"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        put?: never;
        /** Make a token for oneself; admins of every site may make one for another account. It is shown this once. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewToken"];
                };
            };
            responses: {
                /** @description Created */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["NewTokenOut"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/tokens/{token_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke one's own token, or as an admin of every site anybody's. It is dead at once. */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    token_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description No Content */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/comments/{comment_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                comment_id: string;
            };
            cookie?: never;
        };
        /**
         * Get a published comment, or one's own.
         * @description The author, known by the reader token or the edit token, also gets comments that wait or were rejected, with the reasons. Everybody
         *     else is told that those do not exist.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    comment_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CommentOut"];
                    };
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        put?: never;
        post?: never;
        /**
         * Withdraw one's own comment while the edit window is open.
         * @description Its text is gone from every page. While replies hang on it, an empty placeholder stays.
         */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    comment_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description No Content */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        options?: never;
        head?: never;
        /**
         * Edit one's own comment while the edit window is open.
         * @description The new text goes the same way as a new comment. Until it is routed, readers see the old one.
         */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    comment_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["EditComment"];
                };
            };
            responses: {
                /** @description Edited. `revision_status` says what became of the new text. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CommentOut"];
                    };
                };
                /** @description Kept; the new text is scored and routed as soon as the scorer answers. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CommentOut"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        trace?: never;
    };
    "/api/v1/comments/{comment_id}/appeals": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                comment_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask that one's own rejected comment be looked at again. Once for each text. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    comment_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Appeal"];
                };
            };
            responses: {
                /** @description This text had been appealed before. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Appealed"];
                    };
                };
                /** @description Kept; a moderator who did not reject the comment looks at it again. */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Appealed"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/comments/{comment_id}/context": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                comment_id: string;
            };
            cookie?: never;
        };
        /**
         * Get a comment in its conversation: the article, the comments above it, root first, and its own first replies.
         * @description What a permalink needs to open at the comment, wherever in the thread it stands.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    comment_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Conversation"];
                    };
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/comments/{comment_id}/reports": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                comment_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Report a published comment. One report for each reader and comment counts. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    comment_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Report"];
                };
            };
            responses: {
                /** @description This reader had reported the comment before. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Reported"];
                    };
                };
                /** @description Kept; a moderator looks at the comment. */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Reported"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/comments/{comment_id}/vote": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                comment_id: string;
            };
            cookie?: never;
        };
        get?: never;
        /** Vote for or against a published comment. Each reader has one vote; the last one counts. */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    comment_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Vote"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["OwnVote"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        post?: never;
        /** Take one's vote back. */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    comment_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["OwnVote"];
                    };
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/moderation/authors/{author_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                author_id: string;
            };
            cookie?: never;
        };
        /** Get an author in figures, with their latest comments and what was decided about them. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    author_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Author"];
                    };
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/moderation/authors/{author_id}/notes": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                author_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Leave a note on an author for colleagues. The author gets it with their own data, if they ask. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    author_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NoteWish"];
                };
            };
            responses: {
                /** @description Created */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Author"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/moderation/authors/{author_id}/notes/{note_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                author_id: string;
                note_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Take one's own note back; admins may take back any. */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    author_id: string;
                    note_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description No Content */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/moderation/authors/{author_id}/sanctions": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                author_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change an author's standing from the next comment on: premoderate, suspend until a day, ban, trust, or make normal again.
         * @description Where the site wants two for a ban, the standing stays, and the answer's `ban_proposal` waits for a colleague.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    author_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Sanction"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Author"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/moderation/ban-proposals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the bans that wait for a second moderator. */
        get: {
            parameters: {
                query?: {
                    /** @description The key of one site; without it, all that the caller works on. */
                    site?: string | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["BanProposals"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/moderation/ban-proposals/{proposal_id}:confirm": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                proposal_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ban an author, as a colleague proposed. One's own proposal is for somebody else (403); a settled one is a 409. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    proposal_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Author"];
                    };
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/moderation/ban-proposals/{proposal_id}:decline": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                proposal_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Leave the author as they are; one's own proposal is withdrawn so. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    proposal_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Author"];
                    };
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/moderation/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Decide about the named items, each kept or refused by itself as by `decision`; what a colleague holds is left alone.
         * @description The answer's `id` undoes the whole. Items that have come since the preview are not touched.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Bulk"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["BulkOut"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/moderation/bulk/{bulk_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                bulk_id: string;
            };
            cookie?: never;
        };
        /** Get decisions that were made together, and how many of them stand. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    bulk_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["BulkState"];
                    };
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/moderation/bulk/{bulk_id}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                bulk_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Undo what still stands of it, and leave the items for whoever comes. What has moved on since is told and left as it is. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    bulk_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["BulkOut"];
                    };
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/moderation/bulk:preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tell what a bulk decision would be about. Nothing is claimed or changed; send the items that you mean to `/moderation/bulk`. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["BulkPreview"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["BulkPreviewOut"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/moderation/claims": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take items under a lease of five minutes, so that nobody else works on them.
         * @description With `queue` or `filter`, the most urgent ones that are free or the caller's already; with `item`, that one, or its lease is renewed.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Claim"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Claimed"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/moderation/claims/{item_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                item_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Give an item back. Nothing happens when it is not the caller's any more. */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description No Content */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/moderation/comments/{comment_id}/routings": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                comment_id: string;
            };
            cookie?: never;
        };
        /** Tell why a comment went where it went: every routing, from the policy version that made it. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    comment_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Explanations"];
                    };
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/moderation/counts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Count what waits, queue by queue. The sample is counted among `review`. */
        get: {
            parameters: {
                query?: {
                    /** @description The key of one site; without it, all that the caller works on. */
                    site?: string | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["QueueCounts"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/moderation/decisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List decisions, newest first, undone ones too. */
        get: {
            parameters: {
                query?: {
                    /** @description The `next` of the page before. */
                    cursor?: string | null;
                    /** @description Entries of a page, 1 to 100. */
                    limit?: number;
                    /** @description The key of one site; without it, all that the caller works on. */
                    site?: string | null;
                    /** @description Only the caller's own. */
                    mine?: boolean;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Decisions"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/moderation/decisions:batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make up to 100 decisions, each kept or refused by itself. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Batch"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["BatchOut"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/moderation/figures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the caller's own figures. Nobody else gets them. */
        get: {
            parameters: {
                query?: {
                    /** @description Days up to now, 1 to 365. */
                    days?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Work"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/moderation/filters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the queues that sites have made for themselves, with how many items wait in each. */
        get: {
            parameters: {
                query?: {
                    /** @description The key of one site; without it, all that the caller works on. */
                    site?: string | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Filters"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        put?: never;
        /** Save a filter as a queue for everybody who moderates the site. A name is given once; a site may have 20. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Filter"];
                };
            };
            responses: {
                /** @description Created */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["FilterOut"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/moderation/filters/{filter_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                filter_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Delete a queue of a site's own: who made it may, and admins. What waits in it waits on. */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    filter_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description No Content */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/moderation/items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List a queue, riskiest first.
         * @description The order weighs how much harm a comment may do against how long it has waited, so that nothing waits for ever.
         */
        get: {
            parameters: {
                query?: {
                    /** @description The `next` of the page before. */
                    cursor?: string | null;
                    /** @description Entries of a page, 1 to 100. */
                    limit?: number;
                    /** @description The queue. `sample` by itself is for admins; moderators get it among `review`, unmarked. */
                    queue?: "held" | "review" | "reported" | "appeals" | "sample" | "escalated";
                    /** @description The key of one site; without it, all that the caller works on. */
                    site?: string | null;
                    /** @description The key of one section. */
                    section?: string | null;
                    /** @description The order. */
                    sort?: "riskiest" | "newest" | "oldest";
                    /** @description The id of a site's own queue, in place of `queue`, `site` and `section`. */
                    filter?: string | null;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Items"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/moderation/items/{item_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                item_id: string;
            };
            cookie?: never;
        };
        /** Get one item, with the words marked that made its scores. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Item"];
                    };
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/moderation/items/{item_id}/decision": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                item_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Decide about an item: approve, reject with a reason code, or escalate.
         * @description It holds only for the revision that is named; when the author has edited the comment, or somebody else holds the item or has decided,
         *     the answer is 409. Nobody needs to have claimed the item before.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Decision"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Decided"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/moderation/items/{item_id}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                item_id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Undo the latest decision on an item: the comment is what it was before, and the item waits again, in the caller's hands. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    item_id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Decided"];
                    };
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sites/{site}/challenge": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        /**
         * Get a challenge: what a guest's browser has to work out before it posts, where a comment was refused with `proof-required`.
         * @description Good for one comment, for twenty minutes. ALTCHA's own widget takes it, too.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    site: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Challenge"];
                    };
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sites/{site}/comments": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        /**
         * Get a page of an article's comments.
         * @description Replies are nested to three levels, five of each at first; `next` of any level, with `parent` where it is not the page's own, goes on.
         *     An article that nobody has commented on is an empty page.
         */
        get: {
            parameters: {
                query: {
                    /** @description The `next` of the page before. */
                    cursor?: string | null;
                    /** @description Entries of a page, 1 to 100. */
                    limit?: number;
                    /** @description The article's key. */
                    article: string;
                    /** @description The order of root comments; replies always come oldest first. */
                    sort?: "newest" | "oldest" | "best";
                    /** @description Give a page of the replies to this comment. */
                    parent?: string | null;
                };
                header?: {
                    /** @description The `ETag` of the page that is there already. */
                    "If-None-Match"?: string;
                };
                path: {
                    site: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        /** @description Names this state of the page; absent with a reader token. */
                        ETag?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Thread"];
                    };
                };
                /** @description Nothing on the page has changed. */
                304: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        put?: never;
        /**
         * Post a comment.
         * @description It is scored and routed before the answer, unless the scorer is late. With a reader token the site says who posts; without one, a guest
         *     does, and the answer holds the edit token.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description A word of your own for this comment. Sent again with the same body, it gives the same comment and makes no second one. */
                    "Idempotency-Key"?: string;
                };
                path: {
                    site: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["SubmitComment"];
                };
            };
            responses: {
                /** @description Posted. `status` says whether it is on the page. */
                201: {
                    headers: {
                        /** @description `true` when this comment had been made before under the same key. */
                        "Idempotency-Replayed"?: "true";
                        /** @description Where the comment is. */
                        Location?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Submitted"];
                    };
                };
                /** @description Kept; it is scored and routed as soon as the scorer answers. */
                202: {
                    headers: {
                        /** @description `true` when this comment had been made before under the same key. */
                        "Idempotency-Replayed"?: "true";
                        /** @description Where the comment is. */
                        Location?: string;
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Submitted"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sites/{site}/comments:preview": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** See how a text would look, and whether its words would be flagged. Stores nothing. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    site: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Preview"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PreviewOut"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sites/{site}/counts": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Count the published comments of up to 500 articles. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    site: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["CountQuery"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Counts"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sites/{site}/events": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        /**
         * Follow an article: an event at once, unless `Last-Event-ID` names the present state, and one within a second of each change.
         * @description An event tells no comment, only that there is something to ask for. A stream ends after ten minutes.
         */
        get: {
            parameters: {
                query: {
                    /** @description The article's key. */
                    article: string;
                };
                header?: {
                    /** @description The event that was told last. */
                    "Last-Event-ID"?: string;
                };
                path: {
                    site: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Events: `data` is a JSON object with the article's `total` of published comments, `id` names the state. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description The server has no room for one more stream, or keeps none: ask for the comments with `If-None-Match`. */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sites/{site}/feed.atom": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        /** Follow a site, a section, an article, or the replies to one comment or to one author, in a feed reader. */
        get: {
            parameters: {
                query?: {
                    /** @description Only this article's comments. */
                    article?: string | null;
                    /** @description Only the comments of this section, by its key. */
                    section?: string | null;
                    /** @description Only the replies to this comment. */
                    comment?: string | null;
                    /** @description Only the replies of others to what this author wrote, by the author's id. */
                    author?: string | null;
                };
                header?: never;
                path: {
                    site: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description An Atom feed of up to 50 published comments, newest first. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Nothing in the feed has changed. */
                304: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sites/{site}/me": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Have all that one wrote on the site erased (Article 17 GDPR), at once and for good.
         * @description Replies by others stay, below empty placeholders.
         */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    site: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description No Content */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sites/{site}/me/comments": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        /** List one's own comments on the site, newest first, those that wait or were rejected too. */
        get: {
            parameters: {
                query?: {
                    /** @description The `next` of the page before. */
                    cursor?: string | null;
                    /** @description Entries of a page, 1 to 100. */
                    limit?: number;
                };
                header?: never;
                path: {
                    site: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["OwnComments"];
                    };
                };
                422: components["responses"]["UNPROCESSABLE_ENTITY"];
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sites/{site}/me/data": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        /** Get all that the site holds about oneself (Article 15 and 20 GDPR): texts, votes, reports, appeals, subscriptions. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    site: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["OwnData"];
                    };
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sites/{site}/moderation-log": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                site: string;
            };
            cookie?: never;
        };
        /**
         * Get how a site moderates, where its admin shows that: figures of 90 days and the latest statements of reasons.
         * @description It holds nobody's words, names or ids, and is read anew every quarter of an hour.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    site: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PublicLog"];
                    };
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Tell that the process answers. It asks nothing of the database. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Health"];
                    };
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Tell whether requests can be served: the database answers, its schema is this release's, the scorer is warm.
         * @description Otherwise the answer is 503, and `errors` names each part that is not ready.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Health"];
                    };
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Give what was counted, in Prometheus' text form. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Counters and gauges. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/plain": string;
                    };
                };
                default: components["responses"]["DEFAULT_ERROR"];
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Account: {
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /** @description The address to sign in with. */
            email: string;
            /** @description The account's id. */
            id: string;
            /** @description It may sign in and use its tokens. */
            is_active: boolean;
            /** @description The name that colleagues see. */
            name: string;
            /** @description Roles by site key, or `*` for every site. */
            roles: {
                [key: string]: string;
            };
        };
        Accounts: {
            /** @description Accounts by address. */
            items: components["schemas"]["Account"][];
            /** @description Send it as `cursor` for the next page; null at the end. */
            next: string | null;
        };
        Advised: {
            /** @description The same in words. */
            detail: string;
            /** @description The policy recommended; null when refused. */
            document: {
                [key: string]: unknown;
            } | null;
            /** @description What the draft does. */
            draft: components["schemas"]["Outcome"] | null;
            /** @description About how many more decisions would be enough, where those are missing. */
            more: number | null;
            /** @description What today's policy does. */
            now: components["schemas"]["Outcome"] | null;
            /** @description What is guaranteed; null for `items`, where nothing is. */
            promise: components["schemas"]["Promise"] | null;
            /**
             * @description Why nothing is recommended; null when something is.
             * @enum {string|null}
             */
            refusal: "no_bands" | "no_sample" | "too_few_harmful" | "too_few_decisions" | "nobody_looks" | "rules_take_more" | "out_of_reach" | null;
            /**
             * Format: date-time
             * @description Begin of the period.
             */
            since: string;
            /**
             * Format: date-time
             * @description End of the period.
             */
            until: string;
        };
        Agreement: {
            /** @description The share judged alike, 0 to 1. */
            alike: number;
            /** @description Upper end of the interval. */
            high: number;
            /** @description 0 is what chance would bring, 1 is full agreement. */
            kappa: number;
            /** @description Lower end of the interval. */
            low: number;
        };
        Alert: {
            /**
             * Format: date-time
             * @description Until when; null while it is open.
             */
            closed_at: string | null;
            /** @description The alert's id. */
            id: string;
            /**
             * @description What it is about.
             * @enum {string}
             */
            kind: "drift" | "waiting";
            /**
             * Format: date-time
             * @description Since when.
             */
            opened_at: string;
            /** @description What it says. */
            sentence: string;
            /** @description A label, with `@section` where it is of one; empty for the site. */
            subject: string;
        };
        Appeal: {
            /**
             * @description Why it should be shown, in the author's own words.
             * @default
             */
            body?: string;
        };
        AppealOut: {
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When that was decided.
             */
            decided_at: string | null;
            /**
             * @description What became of it; null while it waits for a moderator.
             * @enum {string|null}
             */
            outcome: "upheld" | "overturned" | null;
        };
        Appealed: {
            /** @description False when this text had been appealed before; nothing changes then. */
            is_new: boolean;
        };
        Approval: {
            /** @description Who said it; null for the operator. */
            account: string | null;
            /**
             * Format: date-time
             * @description When.
             */
            created_at: string;
            /** @description Their word on it. */
            note: string;
            /** @description To which version. */
            version: number;
        };
        Article: {
            /** @description It takes no more comments. */
            is_closed: boolean;
            /** @description The publisher's own key. */
            key: string;
            /** @description Published comments. */
            published_count: number;
            /** @description The section's key. */
            section: string | null;
            /** @description Its headline. */
            title: string | null;
            /** @description Where it is. */
            url: string | null;
        };
        ArticleAct: {
            /** @description The article's key. */
            article: string;
        };
        ArticleOut: {
            /** @description It takes no more comments. */
            is_closed: boolean;
            /** @description The publisher's own key. */
            key: string;
            /** @description Its headline, where the site has told it. */
            title: string | null;
        };
        ArticleRef: {
            /** @description The publisher's own key: the page's address, or the id in its CMS. */
            key: string;
            /**
             * @description The key of its section.
             * @default null
             */
            section?: string | null;
            /**
             * @description Its headline.
             * @default null
             */
            title?: string | null;
            /**
             * @description Where the article is.
             * @default null
             */
            url?: string | null;
        };
        Articles: {
            /** @description The latest 50 articles. */
            items: components["schemas"]["Article"][];
            /** @description Send it as `cursor` for the next page; null at the end. */
            next: string | null;
        };
        Audit: {
            /** @description Entries. */
            items: components["schemas"]["AuditLine"][];
            /** @description Send it as `cursor` for the next page; null at the end. */
            next: string | null;
        };
        AuditLine: {
            /** @description What was done. */
            action: string;
            /** @description Who did it: `system`, `reader`, `author:<id>` or `account:<id>`. */
            actor: string;
            /** @description The state after. */
            after: {
                [key: string]: unknown;
            } | null;
            /**
             * Format: date-time
             * @description When.
             */
            at: string;
            /** @description The state before. */
            before: {
                [key: string]: unknown;
            } | null;
            /** @description SHA-256 over this entry and the hash before it. */
            hash: string;
            /** @description Its number in the site's chain, from 1. */
            no: number;
            /** @description To what: `comment:<id>` and the like. */
            subject: string;
        };
        Author: {
            /** @description A ban that waits for a second moderator, if one does. */
            ban_proposal: components["schemas"]["BanProposal"] | null;
            /** @description Comments posted. */
            comment_count: number;
            /** @description Their latest 50 comments. */
            comments: components["schemas"]["AuthorComment"][];
            /**
             * Format: date-time
             * @description When they first wrote here.
             */
            created_at: string;
            /** @description The author's id. */
            id: string;
            /** @description Nobody vouches for who they are. */
            is_guest: boolean;
            /** @description Up to 5 others who may be the same person, those under a sanction first. A hint, not a proof. */
            kin: components["schemas"]["Kin"][];
            /** @description The name they go by. */
            name: string;
            /** @description Notes of colleagues, newest first. */
            notes: components["schemas"]["Note"][];
            /** @description Comments published now. */
            published_count: number;
            /** @description Comments rejected now. */
            rejected_count: number;
            /** @description The site's key. */
            site: string;
            /**
             * @description How far the site trusts them.
             * @enum {string}
             */
            standing: "normal" | "trusted" | "premoderated" | "suspended" | "banned";
            /**
             * Format: date-time
             * @description Until when the standing holds; null for no end.
             */
            standing_until: string | null;
        };
        AuthorComment: {
            /** @description The article's key. */
            article_key: string;
            /** @description The article's headline. */
            article_title: string | null;
            /** @description Its latest text. */
            body_html: string;
            /**
             * Format: date-time
             * @description When it was posted.
             */
            created_at: string;
            /** @description The comment's id. */
            id: string;
            /**
             * @description Why it was rejected.
             * @enum {string|null}
             */
            reason_code: "abuse" | "hate" | "threat" | "obscene" | "spam" | "off_topic" | "personal_data" | "misinformation" | "illegal" | "other" | null;
            /**
             * @description Its status.
             * @enum {string}
             */
            status: "pending" | "published" | "held" | "rejected" | "withdrawn" | "erased";
            /**
             * @description What a moderator decided, if anybody did.
             * @enum {string|null}
             */
            verdict: "approve" | "reject" | "escalate" | null;
        };
        AuthorFigures: {
            /** @description Comments posted. */
            comment_count: number;
            /**
             * Format: date-time
             * @description When they first wrote here.
             */
            created_at: string;
            /** @description The author's id. */
            id: string;
            /** @description Nobody vouches for who they are. */
            is_guest: boolean;
            /** @description The name they go by. */
            name: string;
            /** @description Comments published now. */
            published_count: number;
            /** @description Comments rejected now. */
            rejected_count: number;
            /**
             * @description How far the site trusts them.
             * @enum {string}
             */
            standing: "normal" | "trusted" | "premoderated" | "suspended" | "banned";
        };
        AuthorOut: {
            /** @description The author's id on this site: the same for all they write, for muting. */
            id: string;
            /** @description The site said, when they wrote it, that the article is theirs. */
            is_article_author: boolean;
            /** @description The site says that they belong to it. */
            is_staff: boolean;
            /** @description The name to show. */
            name: string;
        };
        Back: {
            /**
             * Format: int64
             * @description 409 when another version is active by now.
             * @default null
             */
            expected?: number | null;
        };
        BanProposal: {
            /** @description Their account, which cannot confirm it. */
            account: string;
            /** @description Who proposed it. */
            account_name: string;
            /** @description Whom it is about. */
            author: string;
            /** @description The name they go by. */
            author_name: string;
            /**
             * Format: date-time
             * @description When.
             */
            created_at: string;
            /** @description The proposal's id. */
            id: string;
            /** @description Why. */
            reason: string;
            /** @description The site's key. */
            site: string;
        };
        BanProposals: {
            /** @description At most 200. */
            items: components["schemas"]["BanProposal"][];
            /** @description Always null. */
            next: string | null;
        };
        Batch: {
            /** @description 1 to 100 decisions. */
            decisions: components["schemas"]["BatchedDecision"][];
        };
        BatchLine: {
            /** @description The item. */
            item: string;
            /** @description There when the decision was kept. */
            outcome?: components["schemas"]["Decided"];
            /** @description There when it was refused: the problem document. */
            problem?: {
                [key: string]: unknown;
            };
        };
        BatchOut: {
            /** @description One for each decision. */
            items: components["schemas"]["BatchLine"][];
        };
        BatchedDecision: {
            /**
             * @description What shall become of the comment.
             * @enum {string}
             */
            decision: "approve" | "reject" | "escalate";
            /** @description The item. */
            item: string;
            /**
             * @description For colleagues.
             * @default
             */
            note?: string;
            /**
             * @description Why; required when rejecting.
             * @default null
             * @enum {string|null}
             */
            reason_code?: "abuse" | "hate" | "threat" | "obscene" | "spam" | "off_topic" | "personal_data" | "misinformation" | "illegal" | "other" | null;
            /** @description The item's `revision`: the text that was looked at. */
            revision: string;
        };
        Bulk: {
            /**
             * @description What shall become of the comments.
             * @enum {string}
             */
            decision: "approve" | "reject" | "escalate";
            /** @description 1 to 500 items, as a preview gave them. */
            items: components["schemas"]["Pair"][];
            /**
             * @description For colleagues.
             * @default
             */
            note?: string;
            /**
             * @description Why; required when rejecting.
             * @default null
             * @enum {string|null}
             */
            reason_code?: "abuse" | "hate" | "threat" | "obscene" | "spam" | "off_topic" | "personal_data" | "misinformation" | "illegal" | "other" | null;
        };
        BulkOut: {
            /** @description How many were decided, or undone. */
            decided_count: number;
            /** @description The id of the whole. */
            id: string;
            /** @description One for each decision. */
            items: components["schemas"]["BatchLine"][];
            /** @description How many were left as they are. */
            refused_count: number;
        };
        BulkPreview: {
            /**
             * @description The author's id.
             * @default null
             */
            author?: string | null;
            /**
             * Format: int64
             * @description The author first wrote fewer days ago.
             * @default null
             */
            author_days_below?: number | null;
            /**
             * @description The label that `score_from` and `score_below` are about.
             * @default null
             * @enum {string|null}
             */
            label?: "toxicity" | "severe_toxicity" | "obscene" | "threat" | "insult" | "identity_attack" | "sexual_explicit" | null;
            /**
             * @description The language of the text (ISO 639-1).
             * @default null
             */
            language?: string | null;
            /**
             * @description Only what waits in this queue; null for whatever waits.
             * @default null
             * @enum {string|null}
             */
            queue?: "held" | "review" | "reported" | "appeals" | "escalated" | null;
            /**
             * @description And below this.
             * @default null
             */
            score_below?: number | null;
            /**
             * @description The label's score is at least this, 0 to 1.
             * @default null
             */
            score_from?: number | null;
            /**
             * @description The key of one section.
             * @default null
             */
            section?: string | null;
            /** @description The site's key. */
            site: string;
            /**
             * @description The author's standing.
             * @default null
             * @enum {string|null}
             */
            standing?: "normal" | "trusted" | "premoderated" | "suspended" | "banned" | null;
            /**
             * Format: int64
             * @description It has waited for as many hours, or longer.
             * @default null
             */
            waits_at_least_h?: number | null;
            /**
             * Format: int64
             * @description It has waited no longer than as many hours.
             * @default null
             */
            waits_at_most_h?: number | null;
        };
        BulkPreviewOut: {
            /** @description How many items fit, exactly; there may be more than `items`. */
            count: number;
            /** @description How many of `items` would be decided. */
            free_count: number;
            /** @description The most urgent of them, up to 500. */
            items: components["schemas"]["PreviewLine"][];
        };
        BulkState: {
            /** @description Who decided. */
            account_name: string;
            /** @description Items that it was asked for. */
            asked_count: number;
            /**
             * Format: date-time
             * @description When.
             */
            created_at: string;
            /** @description Items that were decided. */
            decided_count: number;
            /** @description The id of the whole. */
            id: string;
            /** @description Whether nothing of it stands any more. */
            is_undone: boolean;
            /** @description For colleagues. */
            note: string;
            /**
             * @description Why they were rejected.
             * @enum {string|null}
             */
            reason_code: "abuse" | "hate" | "threat" | "obscene" | "spam" | "off_topic" | "personal_data" | "misinformation" | "illegal" | "other" | null;
            /** @description Decisions that nobody has undone. */
            standing_count: number;
            /**
             * Format: date-time
             * @description When it was undone, if it was.
             */
            undone_at: string | null;
            /**
             * @description What was decided.
             * @enum {string}
             */
            verdict: "approve" | "reject" | "escalate";
        };
        Challenge: {
            /** @description `SHA-256`. */
            algorithm: string;
            /** @description The hash, in hex, of `salt` and the number to be found, written one after the other. */
            challenge: string;
            /** @description The number to be found lies from 0 to this. */
            maxnumber: number;
            /** @description What stands before the number. */
            salt: string;
            /** @description Goes back as it is. */
            signature: string;
        };
        Change: {
            /** @description Its text. */
            body_html: string;
            /** @description The comment's id. */
            comment: string;
            /**
             * Format: date-time
             * @description When it was routed.
             */
            created_at: string;
            /**
             * @description The label whose threshold moves.
             * @enum {string}
             */
            label: "toxicity" | "severe_toxicity" | "obscene" | "threat" | "insult" | "identity_attack" | "sexual_explicit";
            /**
             * @description How it was routed.
             * @enum {string}
             */
            route: "publish" | "review" | "hold" | "reject";
            /** @description Its score. */
            score: number;
            /** @description Where the draft begins to flag; null for never. */
            threshold: number | null;
            /**
             * @description What a moderator decided, if anybody did.
             * @enum {string|null}
             */
            verdict: "approve" | "reject" | "escalate" | null;
        };
        Changes: {
            /** @description Comments that both have scored. */
            comments: number;
            /** @description Those that would be treated more mildly. */
            milder: number;
            /** @description Of the milder ones, those that a human rejected. */
            milder_rejected: number;
            /** @description From which route to which. */
            routes: components["schemas"]["Way"][];
            /** @description The share whose route would change. */
            share: components["schemas"]["Share"];
            /** @description Those that would be treated more strictly. */
            stricter: number;
            /** @description Of the stricter ones, those that a human approved. */
            stricter_approved: number;
            /** @description Those that keep their route. */
            unchanged: number;
        };
        Claim: {
            /**
             * @description Take the most urgent items of this queue of a site's own.
             * @default null
             */
            filter?: string | null;
            /**
             * @description Take this item, or renew the lease on it.
             * @default null
             */
            item?: string | null;
            /**
             * Format: int64
             * @description How many, 1 to 50.
             * @default 1
             */
            limit?: number;
            /**
             * @description Take the most urgent items of this queue that nobody holds.
             * @default null
             * @enum {string|null}
             */
            queue?: "held" | "review" | "reported" | "appeals" | "sample" | "escalated" | null;
            /**
             * @description The key of one site; without it, all that the caller works on.
             * @default null
             */
            site?: string | null;
        };
        Claimed: {
            /** @description The caller's until `lease.until`; empty when nothing waits. */
            items: components["schemas"]["Item"][];
        };
        CommentOut: {
            /** @description For its author: their appeal against the rejection of the latest text. */
            appeal?: components["schemas"]["AppealOut"] | null;
            /** @description The article's key. */
            article: string;
            /** @description Who wrote it. */
            author: components["schemas"]["AuthorOut"];
            /** @description For its author: the text as it was written. */
            body?: string;
            /** @description The text as HTML that is safe to show; its author gets the latest one. */
            body_html: string;
            /**
             * Format: date-time
             * @description When it was posted.
             */
            created_at: string;
            /** @description Votes against it. */
            down: number;
            /**
             * Format: date-time
             * @description For its author: until when it may be changed.
             */
            edit_until?: string;
            /**
             * Format: date-time
             * @description When it was last edited, if ever.
             */
            edited_at: string | null;
            /**
             * @description For its author: on which ground a moderator rejected it; null where none did.
             * @enum {string|null}
             */
            ground?: "abuse" | "hate" | "threat" | "obscene" | "spam" | "off_topic" | "personal_data" | "misinformation" | "illegal" | "other" | null;
            /** @description The comment's id. */
            id: string;
            /** @description For its author: the same in a sentence; empty when there is nothing to say. */
            message?: string;
            /** @description The comment that it answers; null for a root comment. */
            parent: string | null;
            /** @description For its author: why the latest text is not simply published. */
            reasons?: components["schemas"]["Reason"][];
            /** @description For its author: the number of the latest text, from 1. */
            revision?: number;
            /**
             * @description For its author: what became of the latest text.
             * @enum {string}
             */
            revision_status?: "pending" | "published" | "held" | "rejected" | "withdrawn" | "erased";
            /**
             * @description `published`; its author may see `pending`, `held` and `rejected` too.
             * @enum {string}
             */
            status: "pending" | "published" | "held" | "rejected" | "withdrawn" | "erased";
            /** @description Votes for it. */
            up: number;
        };
        Conversation: {
            /** @description The comments above it, root first, without their replies. */
            above: components["schemas"]["ThreadComment"][];
            /** @description The article. */
            article: components["schemas"]["ArticleOut"];
            /** @description The comment itself, with its first replies. */
            comment: components["schemas"]["ThreadComment"];
        };
        CountQuery: {
            /** @description Keys of 1 to 500 articles. */
            articles: string[];
        };
        Counts: {
            /** @description Counts by article key. */
            counts: {
                [key: string]: number;
            };
        };
        Curve: {
            /** @description What the network says, rising. */
            raw: number[];
            /** @description The score given for each, rising. */
            score: number[];
        };
        CutOffLine: {
            /** @description The attribute, as clients call it. */
            attribute: string;
            /** @description The share of rejected texts above it. */
            caught: components["schemas"]["JudgedShare"];
            /** @description The cut-off, on the scale that clients see. */
            cut_off: number;
            /** @description The share of approved texts above it. */
            wrongly: components["schemas"]["JudgedShare"];
        };
        CutOffs: {
            /** @description Approved texts that it has scored. */
            approved: number;
            /** @description By attribute and cut-off. */
            lines: components["schemas"]["CutOffLine"][];
            /** @description Rejected texts that it has scored. */
            rejected: number;
            /** @description The scorer version at work. */
            scorer: string;
        };
        Decided: {
            /** @description The comment. */
            comment: string;
            /** @description The decision's id. */
            id: string;
            /** @description The item. */
            item: string;
            /**
             * @description The comment's status now.
             * @enum {string}
             */
            status: "pending" | "published" | "held" | "rejected" | "withdrawn" | "erased";
            /**
             * @description Its status before.
             * @enum {string}
             */
            status_before: "pending" | "published" | "held" | "rejected" | "withdrawn" | "erased";
        };
        Decision: {
            /**
             * @description What shall become of the comment.
             * @enum {string}
             */
            decision: "approve" | "reject" | "escalate";
            /**
             * @description For colleagues.
             * @default
             */
            note?: string;
            /**
             * @description Why; required when rejecting.
             * @default null
             * @enum {string|null}
             */
            reason_code?: "abuse" | "hate" | "threat" | "obscene" | "spam" | "off_topic" | "personal_data" | "misinformation" | "illegal" | "other" | null;
            /** @description The item's `revision`: the text that was looked at. */
            revision: string;
        };
        DecisionLine: {
            /** @description Who decided. */
            account_name: string;
            /** @description The text that was decided on. */
            body_html: string;
            /** @description The comment. */
            comment: string;
            /**
             * Format: date-time
             * @description When.
             */
            created_at: string;
            /** @description The decision's id. */
            id: string;
            /** @description The item. */
            item: string;
            /** @description For colleagues. */
            note: string;
            /**
             * @description Why it was rejected.
             * @enum {string|null}
             */
            reason_code: "abuse" | "hate" | "threat" | "obscene" | "spam" | "off_topic" | "personal_data" | "misinformation" | "illegal" | "other" | null;
            /**
             * Format: date-time
             * @description When it was undone, if it was.
             */
            undone_at: string | null;
            /**
             * @description What was decided.
             * @enum {string}
             */
            verdict: "approve" | "reject" | "escalate";
        };
        Decisions: {
            /** @description Decisions. */
            items: components["schemas"]["DecisionLine"][];
            /** @description Send it as `cursor` for the next page; null at the end. */
            next: string | null;
        };
        Deliveries: {
            /** @description The messages, newest first. */
            items: components["schemas"]["Delivery"][];
            /** @description Send it as `cursor` for the next page; null at the end. */
            next: string | null;
        };
        Delivery: {
            /** @description How often it was sent. */
            attempts: number;
            /**
             * Format: date-time
             * @description When it was written.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it was taken.
             */
            delivered_at: string | null;
            /**
             * Format: date-time
             * @description When it was given up, after some three days.
             */
            given_up_at: string | null;
            /** @description The message's id, the same at each try. */
            id: string;
            /** @description Why there was none: `timeout`, `tls`, `connection`, `unknown-host`, `private-address`. */
            last_error: string | null;
            /** @description The HTTP status of the last answer; null where there was none. */
            last_status: number | null;
            /** @description What it tells of. */
            topic: string;
        };
        Draft: {
            /** @description The policy; see docs/policies.md. */
            document: {
                /** @description Thresholds by label. */
                bands?: {
                    /** @description Thresholds, reached at or above; none lies below a milder one. */
                    identity_attack?: {
                        hold_at?: number | null;
                        reject_at?: number | null;
                        review_at?: number | null;
                    };
                    /** @description Thresholds, reached at or above; none lies below a milder one. */
                    insult?: {
                        hold_at?: number | null;
                        reject_at?: number | null;
                        review_at?: number | null;
                    };
                    /** @description Thresholds, reached at or above; none lies below a milder one. */
                    obscene?: {
                        hold_at?: number | null;
                        reject_at?: number | null;
                        review_at?: number | null;
                    };
                    /** @description Thresholds, reached at or above; none lies below a milder one. */
                    severe_toxicity?: {
                        hold_at?: number | null;
                        reject_at?: number | null;
                        review_at?: number | null;
                    };
                    /** @description Thresholds, reached at or above; none lies below a milder one. */
                    sexual_explicit?: {
                        hold_at?: number | null;
                        reject_at?: number | null;
                        review_at?: number | null;
                    };
                    /** @description Thresholds, reached at or above; none lies below a milder one. */
                    threat?: {
                        hold_at?: number | null;
                        reject_at?: number | null;
                        review_at?: number | null;
                    };
                    /** @description Thresholds, reached at or above; none lies below a milder one. */
                    toxicity?: {
                        hold_at?: number | null;
                        reject_at?: number | null;
                        review_at?: number | null;
                    };
                };
                /** @description An author's first comments. */
                first_comments?: {
                    count?: number;
                    /** @enum {string} */
                    route?: "publish" | "review" | "hold" | "reject";
                };
                /** @description A text in a language that the scorer does not know. */
                language?: {
                    /** @enum {string} */
                    unknown_route?: "publish" | "review" | "hold" | "reject";
                };
                /** @description More links than `max`. */
                links?: {
                    max?: number;
                    /** @enum {string} */
                    route?: "publish" | "review" | "hold" | "reject";
                };
                /** @description Nothing is visible before a moderator has decided. */
                premoderation?: boolean;
                /** @description Publish, for review, what the scorer has not judged in time. */
                publish_unscored?: boolean;
                /** @description The same text `count` times within a day. */
                repeats?: {
                    count?: number;
                    /** @enum {string} */
                    route?: "publish" | "review" | "hold" | "reject";
                };
                /** @description The share of published comments that is sampled. */
                sample_rate?: number;
                /** @description Thresholds of a section, by its key; they replace the site's, label by label. */
                sections?: {
                    [key: string]: {
                        /** @description Thresholds by label. */
                        bands?: {
                            /** @description Thresholds, reached at or above; none lies below a milder one. */
                            identity_attack?: {
                                hold_at?: number | null;
                                reject_at?: number | null;
                                review_at?: number | null;
                            };
                            /** @description Thresholds, reached at or above; none lies below a milder one. */
                            insult?: {
                                hold_at?: number | null;
                                reject_at?: number | null;
                                review_at?: number | null;
                            };
                            /** @description Thresholds, reached at or above; none lies below a milder one. */
                            obscene?: {
                                hold_at?: number | null;
                                reject_at?: number | null;
                                review_at?: number | null;
                            };
                            /** @description Thresholds, reached at or above; none lies below a milder one. */
                            severe_toxicity?: {
                                hold_at?: number | null;
                                reject_at?: number | null;
                                review_at?: number | null;
                            };
                            /** @description Thresholds, reached at or above; none lies below a milder one. */
                            sexual_explicit?: {
                                hold_at?: number | null;
                                reject_at?: number | null;
                                review_at?: number | null;
                            };
                            /** @description Thresholds, reached at or above; none lies below a milder one. */
                            threat?: {
                                hold_at?: number | null;
                                reject_at?: number | null;
                                review_at?: number | null;
                            };
                            /** @description Thresholds, reached at or above; none lies below a milder one. */
                            toxicity?: {
                                hold_at?: number | null;
                                reject_at?: number | null;
                                review_at?: number | null;
                            };
                        };
                    };
                };
                /** @description Lists of words and phrases. */
                words?: {
                    banned?: string[];
                    /** @enum {string} */
                    banned_route?: "publish" | "review" | "hold" | "reject";
                    suspect?: string[];
                    /** @enum {string} */
                    suspect_route?: "publish" | "review" | "hold" | "reject";
                };
            } & {
                [key: string]: unknown;
            };
            /**
             * @description Why.
             * @default
             */
            note?: string;
        };
        DraftChange: {
            /** @description The policy; see docs/policies.md. */
            document: {
                /** @description Thresholds by label. */
                bands?: {
                    /** @description Thresholds, reached at or above; none lies below a milder one. */
                    identity_attack?: {
                        hold_at?: number | null;
                        reject_at?: number | null;
                        review_at?: number | null;
                    };
                    /** @description Thresholds, reached at or above; none lies below a milder one. */
                    insult?: {
                        hold_at?: number | null;
                        reject_at?: number | null;
                        review_at?: number | null;
                    };
                    /** @description Thresholds, reached at or above; none lies below a milder one. */
                    obscene?: {
                        hold_at?: number | null;
                        reject_at?: number | null;
                        review_at?: number | null;
                    };
                    /** @description Thresholds, reached at or above; none lies below a milder one. */
                    severe_toxicity?: {
                        hold_at?: number | null;
                        reject_at?: number | null;
                        review_at?: number | null;
                    };
                    /** @description Thresholds, reached at or above; none lies below a milder one. */
                    sexual_explicit?: {
                        hold_at?: number | null;
                        reject_at?: number | null;
                        review_at?: number | null;
                    };
                    /** @description Thresholds, reached at or above; none lies below a milder one. */
                    threat?: {
                        hold_at?: number | null;
                        reject_at?: number | null;
                        review_at?: number | null;
                    };
                    /** @description Thresholds, reached at or above; none lies below a milder one. */
                    toxicity?: {
                        hold_at?: number | null;
                        reject_at?: number | null;
                        review_at?: number | null;
                    };
                };
                /** @description An author's first comments. */
                first_comments?: {
                    count?: number;
                    /** @enum {string} */
                    route?: "publish" | "review" | "hold" | "reject";
                };
                /** @description A text in a language that the scorer does not know. */
                language?: {
                    /** @enum {string} */
                    unknown_route?: "publish" | "review" | "hold" | "reject";
                };
                /** @description More links than `max`. */
                links?: {
                    max?: number;
                    /** @enum {string} */
                    route?: "publish" | "review" | "hold" | "reject";
                };
                /** @description Nothing is visible before a moderator has decided. */
                premoderation?: boolean;
                /** @description Publish, for review, what the scorer has not judged in time. */
                publish_unscored?: boolean;
                /** @description The same text `count` times within a day. */
                repeats?: {
                    count?: number;
                    /** @enum {string} */
                    route?: "publish" | "review" | "hold" | "reject";
                };
                /** @description The share of published comments that is sampled. */
                sample_rate?: number;
                /** @description Thresholds of a section, by its key; they replace the site's, label by label. */
                sections?: {
                    [key: string]: {
                        /** @description Thresholds by label. */
                        bands?: {
                            /** @description Thresholds, reached at or above; none lies below a milder one. */
                            identity_attack?: {
                                hold_at?: number | null;
                                reject_at?: number | null;
                                review_at?: number | null;
                            };
                            /** @description Thresholds, reached at or above; none lies below a milder one. */
                            insult?: {
                                hold_at?: number | null;
                                reject_at?: number | null;
                                review_at?: number | null;
                            };
                            /** @description Thresholds, reached at or above; none lies below a milder one. */
                            obscene?: {
                                hold_at?: number | null;
                                reject_at?: number | null;
                                review_at?: number | null;
                            };
                            /** @description Thresholds, reached at or above; none lies below a milder one. */
                            severe_toxicity?: {
                                hold_at?: number | null;
                                reject_at?: number | null;
                                review_at?: number | null;
                            };
                            /** @description Thresholds, reached at or above; none lies below a milder one. */
                            sexual_explicit?: {
                                hold_at?: number | null;
                                reject_at?: number | null;
                                review_at?: number | null;
                            };
                            /** @description Thresholds, reached at or above; none lies below a milder one. */
                            threat?: {
                                hold_at?: number | null;
                                reject_at?: number | null;
                                review_at?: number | null;
                            };
                            /** @description Thresholds, reached at or above; none lies below a milder one. */
                            toxicity?: {
                                hold_at?: number | null;
                                reject_at?: number | null;
                                review_at?: number | null;
                            };
                        };
                    };
                };
                /** @description Lists of words and phrases. */
                words?: {
                    banned?: string[];
                    /** @enum {string} */
                    banned_route?: "publish" | "review" | "hold" | "reject";
                    suspect?: string[];
                    /** @enum {string} */
                    suspect_route?: "publish" | "review" | "hold" | "reject";
                };
            } & {
                [key: string]: unknown;
            };
            /**
             * Format: int64
             * @description The edition that is changed; 409 for another.
             */
            edition: number;
            /** @description What it is for. */
            name: string;
        };
        DraftWish: {
            /**
             * Format: int64
             * @description The version that it began from.
             * @default 1
             */
            base_version?: number;
            /** @description The policy; see docs/policies.md. */
            document: {
                /** @description Thresholds by label. */
                bands?: {
                    /** @description Thresholds, reached at or above; none lies below a milder one. */
                    identity_attack?: {
                        hold_at?: number | null;
                        reject_at?: number | null;
                        review_at?: number | null;
                    };
                    /** @description Thresholds, reached at or above; none lies below a milder one. */
                    insult?: {
                        hold_at?: number | null;
                        reject_at?: number | null;
                        review_at?: number | null;
                    };
                    /** @description Thresholds, reached at or above; none lies below a milder one. */
                    obscene?: {
                        hold_at?: number | null;
                        reject_at?: number | null;
                        review_at?: number | null;
                    };
                    /** @description Thresholds, reached at or above; none lies below a milder one. */
                    severe_toxicity?: {
                        hold_at?: number | null;
                        reject_at?: number | null;
                        review_at?: number | null;
                    };
                    /** @description Thresholds, reached at or above; none lies below a milder one. */
                    sexual_explicit?: {
                        hold_at?: number | null;
                        reject_at?: number | null;
                        review_at?: number | null;
                    };
                    /** @description Thresholds, reached at or above; none lies below a milder one. */
                    threat?: {
                        hold_at?: number | null;
                        reject_at?: number | null;
                        review_at?: number | null;
                    };
                    /** @description Thresholds, reached at or above; none lies below a milder one. */
                    toxicity?: {
                        hold_at?: number | null;
                        reject_at?: number | null;
                        review_at?: number | null;
                    };
                };
                /** @description An author's first comments. */
                first_comments?: {
                    count?: number;
                    /** @enum {string} */
                    route?: "publish" | "review" | "hold" | "reject";
                };
                /** @description A text in a language that the scorer does not know. */
                language?: {
                    /** @enum {string} */
                    unknown_route?: "publish" | "review" | "hold" | "reject";
                };
                /** @description More links than `max`. */
                links?: {
                    max?: number;
                    /** @enum {string} */
                    route?: "publish" | "review" | "hold" | "reject";
                };
                /** @description Nothing is visible before a moderator has decided. */
                premoderation?: boolean;
                /** @description Publish, for review, what the scorer has not judged in time. */
                publish_unscored?: boolean;
                /** @description The same text `count` times within a day. */
                repeats?: {
                    count?: number;
                    /** @enum {string} */
                    route?: "publish" | "review" | "hold" | "reject";
                };
                /** @description The share of published comments that is sampled. */
                sample_rate?: number;
                /** @description Thresholds of a section, by its key; they replace the site's, label by label. */
                sections?: {
                    [key: string]: {
                        /** @description Thresholds by label. */
                        bands?: {
                            /** @description Thresholds, reached at or above; none lies below a milder one. */
                            identity_attack?: {
                                hold_at?: number | null;
                                reject_at?: number | null;
                                review_at?: number | null;
                            };
                            /** @description Thresholds, reached at or above; none lies below a milder one. */
                            insult?: {
                                hold_at?: number | null;
                                reject_at?: number | null;
                                review_at?: number | null;
                            };
                            /** @description Thresholds, reached at or above; none lies below a milder one. */
                            obscene?: {
                                hold_at?: number | null;
                                reject_at?: number | null;
                                review_at?: number | null;
                            };
                            /** @description Thresholds, reached at or above; none lies below a milder one. */
                            severe_toxicity?: {
                                hold_at?: number | null;
                                reject_at?: number | null;
                                review_at?: number | null;
                            };
                            /** @description Thresholds, reached at or above; none lies below a milder one. */
                            sexual_explicit?: {
                                hold_at?: number | null;
                                reject_at?: number | null;
                                review_at?: number | null;
                            };
                            /** @description Thresholds, reached at or above; none lies below a milder one. */
                            threat?: {
                                hold_at?: number | null;
                                reject_at?: number | null;
                                review_at?: number | null;
                            };
                            /** @description Thresholds, reached at or above; none lies below a milder one. */
                            toxicity?: {
                                hold_at?: number | null;
                                reject_at?: number | null;
                                review_at?: number | null;
                            };
                        };
                    };
                };
                /** @description Lists of words and phrases. */
                words?: {
                    banned?: string[];
                    /** @enum {string} */
                    banned_route?: "publish" | "review" | "hold" | "reject";
                    suspect?: string[];
                    /** @enum {string} */
                    suspect_route?: "publish" | "review" | "hold" | "reject";
                };
            } & {
                [key: string]: unknown;
            };
            /** @description What it is for. */
            name: string;
        };
        EditComment: {
            /** @description The new text, in Markdown. */
            body: string;
            /**
             * Format: int64
             * @description The `revision` that was edited; when given, and changed meanwhile, the edit is refused.
             * @default null
             */
            revision?: number | null;
        };
        Effective: {
            /** @description The site, then each section. */
            items: components["schemas"]["PolicyPlace"][];
            /** @description Send it as `cursor` for the next page; null at the end. */
            next: string | null;
            /** @description The version. */
            version: number;
        };
        EffectiveBand: {
            /** @description Held from. */
            hold_at: number | null;
            /** @description It is the site's; the section says nothing of this label. */
            is_inherited: boolean;
            /**
             * @description The label.
             * @enum {string}
             */
            label: "toxicity" | "severe_toxicity" | "obscene" | "threat" | "insult" | "identity_attack" | "sexual_explicit";
            /** @description Rejected from. */
            reject_at: number | null;
            /** @description Reviewed from. */
            review_at: number | null;
        };
        Estimate: {
            /** @description Upper end of the interval. */
            high: number;
            /** @description Lower end of the interval. */
            low: number;
            /** @description With too little to say, about how many more decisions would be enough, if any number would. */
            more: number | null;
            /** @description The estimate, 0 to 1; null: too little to say. */
            value: number | null;
        };
        Evidence: {
            /** @description Scored comments in it. */
            comments: number;
            /** @description Those that a human has decided about. */
            decided: number;
            /** @description Only the latest of the period's comments were read. */
            is_cut: boolean;
            /** @description Whether those seconds are the site's own. */
            is_measured: boolean;
            /** @description Each label that was measured. */
            labels: components["schemas"]["Spread"][];
            /** @description Codes of their languages. */
            languages: string[];
            /** @description Each label that flags anything. */
            overlaps: components["schemas"]["Overlap"][];
            /** @description Decided ones that chance had picked among the published. */
            sampled: number;
            /** @description Seconds that a decision takes; measured, or else assumed. */
            seconds: number;
            /** @description Keys of sections that comments were in. */
            sections: string[];
            /**
             * Format: date-time
             * @description Begin of the period.
             */
            since: string;
            /** @description What today's policy does with these comments. */
            today: components["schemas"]["Outcome"];
            /**
             * Format: date-time
             * @description End of the period.
             */
            until: string;
        };
        Explained: {
            /**
             * @description Where the labels alone send it.
             * @enum {string}
             */
            band_route: "publish" | "review" | "hold" | "reject";
            /**
             * Format: date-time
             * @description When it was routed.
             */
            created_at: string;
            /** @description It is the routing in force for that text. */
            is_in_force: boolean;
            /** @description Bands and rules together give the stored route again. */
            is_reproduced: boolean;
            /** @description The scorer had answered. */
            is_scored: boolean;
            /** @description That version routes still. */
            is_version_active: boolean;
            /** @description Each label against its thresholds then. */
            labels: components["schemas"]["LabelLine"][];
            /** @description The reasons as stored, strictest first. */
            reasons: components["schemas"]["Reason"][];
            /** @description Which text of the comment, from 1. */
            revision_no: number;
            /**
             * @description Where it went.
             * @enum {string}
             */
            route: "publish" | "review" | "hold" | "reject";
            /**
             * @description Where the other rules alone send it.
             * @enum {string}
             */
            rule_route: "publish" | "review" | "hold" | "reject";
            /** @description The section that it was in. */
            section: string | null;
            /** @description The policy version that routed it. */
            version: number;
            /** @description What that version was made for. */
            version_note: string;
        };
        Explanations: {
            /** @description The routings, newest first. */
            items: components["schemas"]["Explained"][];
            /** @description Send it as `cursor` for the next page; null at the end. */
            next: string | null;
        };
        FieldProblem: {
            /** @description What is wrong, for people. */
            detail: string;
            /** @description Name of the header. */
            header?: string;
            /** @description Name of the query or path parameter. */
            parameter?: string;
            /** @description RFC 6901 pointer into the body, such as `/author/name`. */
            pointer?: string;
        };
        Figure: {
            /** @description Upper end of the interval. */
            high: number;
            /** @description Lower end of the interval. */
            low: number;
            /** @description How many more decisions would probably be enough; null where none are needed, or none would be. */
            more?: number | null;
            /** @description The estimate, 0 to 1; null with too little to say. */
            value: number | null;
        };
        Filter: {
            /**
             * @description The author's id.
             * @default null
             */
            author?: string | null;
            /**
             * Format: int64
             * @description The author first wrote fewer days ago.
             * @default null
             */
            author_days_below?: number | null;
            /**
             * @description The label that `score_from` and `score_below` are about.
             * @default null
             * @enum {string|null}
             */
            label?: "toxicity" | "severe_toxicity" | "obscene" | "threat" | "insult" | "identity_attack" | "sexual_explicit" | null;
            /**
             * @description The language of the text (ISO 639-1).
             * @default null
             */
            language?: string | null;
            /** @description What the queue is called. */
            name: string;
            /**
             * @description Only what waits in this queue; null for whatever waits.
             * @default null
             * @enum {string|null}
             */
            queue?: "held" | "review" | "reported" | "appeals" | "escalated" | null;
            /**
             * @description And below this.
             * @default null
             */
            score_below?: number | null;
            /**
             * @description The label's score is at least this, 0 to 1.
             * @default null
             */
            score_from?: number | null;
            /**
             * @description The key of one section.
             * @default null
             */
            section?: string | null;
            /** @description The site's key. */
            site: string;
            /**
             * @description The author's standing.
             * @default null
             * @enum {string|null}
             */
            standing?: "normal" | "trusted" | "premoderated" | "suspended" | "banned" | null;
            /**
             * Format: int64
             * @description It has waited for as many hours, or longer.
             * @default null
             */
            waits_at_least_h?: number | null;
            /**
             * Format: int64
             * @description It has waited no longer than as many hours.
             * @default null
             */
            waits_at_most_h?: number | null;
        };
        FilterOut: {
            /** @description Who made it. */
            account_name: string;
            /** @description How many items wait in it now, exactly. */
            count: number;
            /**
             * Format: date-time
             * @description When.
             */
            created_at: string;
            /** @description Its id: the `filter` of lists and claims. */
            id: string;
            /** @description What it is called. */
            name: string;
            /**
             * @description Only what waits in this queue; null for whatever waits.
             * @enum {string|null}
             */
            queue: "held" | "review" | "reported" | "appeals" | "sample" | "escalated" | null;
            /** @description The site's key. */
            site: string;
            /** @description What is asked for. */
            wish: components["schemas"]["WishOut"];
        };
        Filters: {
            /** @description At most 20 of each site. */
            items: components["schemas"]["FilterOut"][];
            /** @description Always null: the list is whole. */
            next: string | null;
        };
        Forgetting: {
            /**
             * @description Only the text that the client calls so, such as `comment:<id>` of Coral.
             * @default null
             */
            client_token?: string | null;
            /** @description The name of the key that they came with. */
            source: string;
        };
        Forgotten: {
            /** @description How many texts. */
            count: number;
        };
        GuestAuthor: {
            /**
             * @description Kept only as a keyed hash; shown to nobody.
             * @default null
             */
            email?: string | null;
            /** @description The name to show. */
            name: string;
        };
        Health: {
            /** @description Each part that was asked, `ok`. */
            parts?: {
                [key: string]: string;
            };
            /** @description `ok`. */
            status: string;
        };
        Interval: {
            /** @description Upper end. */
            high: number;
            /** @description Lower end. */
            low: number;
            /** @description The estimate. */
            value: number;
        };
        Item: {
            /** @description What the author says against its rejection, '' when nothing; null where nobody appeals. */
            appeal: string | null;
            /** @description Where it was posted. */
            article: components["schemas"]["ItemArticle"];
            /** @description Who wrote it, in figures. */
            author: components["schemas"]["AuthorFigures"];
            /** @description The text as it was written. */
            body: string;
            /** @description The text as HTML that is safe to show. */
            body_html: string;
            /** @description The comment's id. */
            comment: string;
            /**
             * Format: date-time
             * @description When the comment was posted.
             */
            created_at: string;
            /** @description The item's id. */
            id: string;
            /** @description It still waits for a decision. */
            is_open: boolean;
            /** @description Its language (ISO 639-1), where it could be told. */
            language: string | null;
            /** @description Who works on it; null when nobody does. */
            lease: components["schemas"]["Lease"] | null;
            /** @description The comment that it answers. */
            parent: components["schemas"]["Parent"] | null;
            /**
             * @description Why it waits.
             * @enum {string}
             */
            queue: "held" | "review" | "reported" | "appeals" | "sample" | "escalated";
            /** @description Why it was flagged, strictest first. */
            reasons: components["schemas"]["Reason"][];
            /** @description Readers' reports, oldest first. */
            reports: components["schemas"]["ReportLine"][];
            /** @description The id of the text that waits; a decision names it. */
            revision: string;
            /** @description Its number, from 1. */
            revision_no: number;
            /** @description Scores by label. */
            scores: {
                [key: string]: number;
            };
            /** @description The section's key. */
            section: string | null;
            /** @description The site's key. */
            site: string;
            /** @description The words that made the scores; empty in lists, where they are not computed. */
            spans: components["schemas"]["Span"][];
            /**
             * @description The comment's status now.
             * @enum {string}
             */
            status: "pending" | "published" | "held" | "rejected" | "withdrawn" | "erased";
            /**
             * Format: date-time
             * @description When the item was opened.
             */
            waiting_since: string;
        };
        ItemArticle: {
            /** @description The publisher's own key. */
            key: string;
            /** @description Its headline. */
            title: string | null;
            /** @description Where it is. */
            url: string | null;
        };
        Items: {
            /** @description Items in the order asked for. */
            items: components["schemas"]["Item"][];
            /** @description Send it as `cursor` for the next page; null at the end. */
            next: string | null;
        };
        JudgedShare: {
            /** @description Its upper end. */
            high: number;
            /** @description The interval's lower end. */
            low: number;
            /** @description The share, 0 to 1. */
            value: number;
        };
        Kin: {
            /** @description The author's id. */
            id: string;
            /** @description Nobody vouches for who they are. */
            is_guest: boolean;
            /** @description The name they go by. */
            name: string;
            /** @description Comments rejected now. */
            rejected_count: number;
            /** @description They wrote from a network that this author wrote from, too. */
            same_network: boolean;
            /** @description They posted a text that this author posted, too. */
            same_text: boolean;
            /**
             * @description How far the site trusts them.
             * @enum {string}
             */
            standing: "normal" | "trusted" | "premoderated" | "suspended" | "banned";
        };
        LabelLine: {
            /** @description Held from. */
            hold_at: number | null;
            /** @description The section has this band from the site. */
            is_inherited: boolean;
            /**
             * @description The label.
             * @enum {string}
             */
            label: "toxicity" | "severe_toxicity" | "obscene" | "threat" | "insult" | "identity_attack" | "sexual_explicit";
            /** @description Rejected from. */
            reject_at: number | null;
            /** @description Reviewed from. */
            review_at: number | null;
            /**
             * @description The route that the score reached; null for none.
             * @enum {string|null}
             */
            route: "publish" | "review" | "hold" | "reject" | null;
            /** @description Its score then; null where it was not measured. */
            score: number | null;
        };
        Lease: {
            /** @description The account that holds it. */
            account: string;
            /** @description The caller holds it. */
            is_mine: boolean;
            /** @description Its name. */
            name: string | null;
            /**
             * Format: date-time
             * @description When the lease ends.
             */
            until: string;
        };
        LogStatement: {
            /**
             * @description '' where nobody appealed.
             * @enum {string}
             */
            appeal: "" | "open" | "upheld" | "overturned";
            /**
             * Format: date
             * @description The day (UTC) on which it was decided.
             */
            date: string;
            /**
             * @description Who brought it before the site.
             * @enum {string}
             */
            found_by: "software" | "readers" | "moderators";
            /**
             * @description A moderator's ground; null where software decided.
             * @enum {string|null}
             */
            ground: "abuse" | "hate" | "threat" | "obscene" | "spam" | "off_topic" | "personal_data" | "misinformation" | "illegal" | "other" | null;
            /** @description Whether software decided alone. */
            is_automated: boolean;
            /** @description The language of the text, where it could be told. */
            language: string | null;
            /** @description What the software saw: labels whose bands were reached, and kinds of rules. */
            rules: string[];
        };
        Mark: {
            /** @description Where they begin in the text, in code points. */
            begin: number;
            /** @description Where they end. */
            end: number;
            /**
             * @description For which label; null for a word list.
             * @enum {string|null}
             */
            label: "toxicity" | "severe_toxicity" | "obscene" | "threat" | "insult" | "identity_attack" | "sexual_explicit" | null;
        };
        Mine: {
            /** @description Their appeal against the rejection; null where there is none. */
            appeal: components["schemas"]["AppealOut"] | null;
            /** @description The text as HTML that is safe to show. */
            body_html: string;
            /**
             * Format: date-time
             * @description When it was posted.
             */
            created_at: string;
            /**
             * @description On which ground a moderator rejected it; null where none did.
             * @enum {string|null}
             */
            ground: "abuse" | "hate" | "threat" | "obscene" | "spam" | "off_topic" | "personal_data" | "misinformation" | "illegal" | "other" | null;
            /** @description The comment's id. */
            id: string;
            /** @description The same in a sentence. */
            message: string;
            /** @description The comment that it answers; null for a root comment. */
            parent: string | null;
            /** @description Why it is not on the page. */
            reasons: components["schemas"]["Reason"][];
            /**
             * @description `pending`, `held` or `rejected`.
             * @enum {string}
             */
            status: "pending" | "published" | "held" | "rejected" | "withdrawn" | "erased";
        };
        NewAccount: {
            /** @description The address to sign in with. */
            email: string;
            /** @description The name that colleagues see. */
            name: string;
            /**
             * @description At least 12 characters. Without one the account works by tokens only.
             * @default null
             */
            password?: string | null;
            /** @description Roles to begin with. */
            roles?: components["schemas"]["Role"][];
        };
        NewSite: {
            /**
             * Format: int64
             * @description Days after its first comment after which a new article closes by itself; 0 for never.
             */
            close_after_days?: number;
            /**
             * Format: int64
             * @description Seconds in which an author may change a comment.
             */
            edit_window_s?: number;
            /** @description Whether readers without a token may comment. */
            guests_allowed?: boolean;
            /** @description The https address at which the site publishes its RS256 keys (JWKS); empty for none. */
            jwks_url?: string;
            /** @description The public key of the site's own signatures (RS256), in PEM form. */
            jwt_public_key?: string;
            /** @description The secret with which the site signs its readers (HS256). Never shown again. */
            jwt_secret?: string;
            /** @description The slug that stands in addresses. */
            key: string;
            /** @description The language of its pages (BCP 47). */
            language?: string;
            /**
             * Format: int64
             * @description Characters that a comment may have.
             */
            max_body_chars?: number;
            /**
             * Format: int64
             * @description How deep replies may be nested; 0 for none.
             */
            max_depth?: number;
            /** @description Its name. */
            name: string;
            /** @description The origins of its pages, which may call readers' routes from the browser. */
            origins?: string[];
            /**
             * @description Its first policy; the default one when left out.
             * @default null
             */
            policy?: ({
                /** @description Thresholds by label. */
                bands?: {
                    /** @description Thresholds, reached at or above; none lies below a milder one. */
                    identity_attack?: {
                        hold_at?: number | null;
                        reject_at?: number | null;
                        review_at?: number | null;
                    };
                    /** @description Thresholds, reached at or above; none lies below a milder one. */
                    insult?: {
                        hold_at?: number | null;
                        reject_at?: number | null;
                        review_at?: number | null;
                    };
                    /** @description Thresholds, reached at or above; none lies below a milder one. */
                    obscene?: {
                        hold_at?: number | null;
                        reject_at?: number | null;
                        review_at?: number | null;
                    };
                    /** @description Thresholds, reached at or above; none lies below a milder one. */
                    severe_toxicity?: {
                        hold_at?: number | null;
                        reject_at?: number | null;
                        review_at?: number | null;
                    };
                    /** @description Thresholds, reached at or above; none lies below a milder one. */
                    sexual_explicit?: {
                        hold_at?: number | null;
                        reject_at?: number | null;
                        review_at?: number | null;
                    };
                    /** @description Thresholds, reached at or above; none lies below a milder one. */
                    threat?: {
                        hold_at?: number | null;
                        reject_at?: number | null;
                        review_at?: number | null;
                    };
                    /** @description Thresholds, reached at or above; none lies below a milder one. */
                    toxicity?: {
                        hold_at?: number | null;
                        reject_at?: number | null;
                        review_at?: number | null;
                    };
                };
                /** @description An author's first comments. */
                first_comments?: {
                    count?: number;
                    /** @enum {string} */
                    route?: "publish" | "review" | "hold" | "reject";
                };
                /** @description A text in a language that the scorer does not know. */
                language?: {
                    /** @enum {string} */
                    unknown_route?: "publish" | "review" | "hold" | "reject";
                };
                /** @description More links than `max`. */
                links?: {
                    max?: number;
                    /** @enum {string} */
                    route?: "publish" | "review" | "hold" | "reject";
                };
                /** @description Nothing is visible before a moderator has decided. */
                premoderation?: boolean;
                /** @description Publish, for review, what the scorer has not judged in time. */
                publish_unscored?: boolean;
                /** @description The same text `count` times within a day. */
                repeats?: {
                    count?: number;
                    /** @enum {string} */
                    route?: "publish" | "review" | "hold" | "reject";
                };
                /** @description The share of published comments that is sampled. */
                sample_rate?: number;
                /** @description Thresholds of a section, by its key; they replace the site's, label by label. */
                sections?: {
                    [key: string]: {
                        /** @description Thresholds by label. */
                        bands?: {
                            /** @description Thresholds, reached at or above; none lies below a milder one. */
                            identity_attack?: {
                                hold_at?: number | null;
                                reject_at?: number | null;
                                review_at?: number | null;
                            };
                            /** @description Thresholds, reached at or above; none lies below a milder one. */
                            insult?: {
                                hold_at?: number | null;
                                reject_at?: number | null;
                                review_at?: number | null;
                            };
                            /** @description Thresholds, reached at or above; none lies below a milder one. */
                            obscene?: {
                                hold_at?: number | null;
                                reject_at?: number | null;
                                review_at?: number | null;
                            };
                            /** @description Thresholds, reached at or above; none lies below a milder one. */
                            severe_toxicity?: {
                                hold_at?: number | null;
                                reject_at?: number | null;
                                review_at?: number | null;
                            };
                            /** @description Thresholds, reached at or above; none lies below a milder one. */
                            sexual_explicit?: {
                                hold_at?: number | null;
                                reject_at?: number | null;
                                review_at?: number | null;
                            };
                            /** @description Thresholds, reached at or above; none lies below a milder one. */
                            threat?: {
                                hold_at?: number | null;
                                reject_at?: number | null;
                                review_at?: number | null;
                            };
                            /** @description Thresholds, reached at or above; none lies below a milder one. */
                            toxicity?: {
                                hold_at?: number | null;
                                reject_at?: number | null;
                                review_at?: number | null;
                            };
                        };
                    };
                };
                /** @description Lists of words and phrases. */
                words?: {
                    banned?: string[];
                    /** @enum {string} */
                    banned_route?: "publish" | "review" | "hold" | "reject";
                    suspect?: string[];
                    /** @enum {string} */
                    suspect_route?: "publish" | "review" | "hold" | "reject";
                };
            } & {
                [key: string]: unknown;
            }) | null;
            /**
             * @description When guests are asked for a proof of work: `never`, `busy` (while more comments come in than are usual), `guests` (always).
             * @enum {string}
             */
            proof?: "never" | "busy" | "guests";
        };
        NewToken: {
            /**
             * @description An account; the caller's own when left out.
             * @default null
             */
            account?: string | null;
            /**
             * Format: date-time
             * @description When it ends; never when left out.
             * @default null
             */
            expires_at?: string | null;
            /** @description What it is for. */
            name: string;
        };
        NewTokenOut: {
            /** @description The token's id. */
            id: string;
            /** @description The token itself. It cannot be read again. */
            token: string;
        };
        NewWebhook: {
            /**
             * @description What it wants to know of; all of it when absent or empty.
             * @default []
             */
            topics?: ("comment.pending" | "comment.published" | "comment.held" | "comment.rejected" | "comment.withdrawn" | "comment.erased" | "decision.made" | "decision.undone" | "appeal.opened" | "appeal.upheld" | "appeal.overturned" | "alert.opened" | "alert.closed")[];
            /** @description The https address that messages are posted to. */
            url: string;
        };
        NewWebhookOut: {
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /** @description The webhook's id. */
            id: string;
            /** @description False after its receiver answered 410: nothing is sent until a test turns it on again. */
            is_active: boolean;
            /** @description What its messages are signed with (Standard Webhooks). Never shown again. */
            secret: string;
            /** @description What it wants to know of; empty for all. */
            topics: string[];
            /** @description Where messages are posted to. */
            url: string;
        };
        Note: {
            /** @description Who left it. */
            account_name: string;
            /** @description What they wrote. */
            body: string;
            /**
             * Format: date-time
             * @description When.
             */
            created_at: string;
            /** @description The note's id. */
            id: string;
        };
        NoteWish: {
            /** @description What colleagues should know. */
            body: string;
        };
        Notify: {
            /**
             * @description The language of the letters (BCP 47); the site's when left out.
             * @default null
             */
            language?: string | null;
            /**
             * @description `each`: soon after a reply; `hourly`, `daily`: at most so often.
             * @default each
             * @enum {string}
             */
            pace?: "each" | "hourly" | "daily";
        };
        Outcome: {
            /** @description Comments by route. */
            by_route: {
                [key: string]: number;
            };
            /** @description Comments that came, or would come, before moderators, or were rejected. */
            flagged: number;
            /** @description Hours of moderating, at the site's own seconds for a decision. */
            hours_a_day: components["schemas"]["Interval"];
            /** @description Items for moderators, the sample too: the mean, and the range over the week. */
            items_a_day: components["schemas"]["Interval"];
            /** @description Published, and yet harmful; null with no sample. */
            missed: components["schemas"]["Interval"] | null;
            /** @description Of the flagged ones, the share that is harmful. */
            precision: components["schemas"]["Estimate"];
            /** @description Of all harmful ones, the share flagged; told from the sample. */
            recall: components["schemas"]["Estimate"];
            /** @description Held or rejected, and yet civil. */
            wrongly_held: components["schemas"]["Interval"];
        };
        Overlap: {
            /** @description Those of them that no other label flags. */
            alone: number;
            /** @description Comments that it flags. */
            flagged: number;
            /**
             * @description The label.
             * @enum {string}
             */
            label: "toxicity" | "severe_toxicity" | "obscene" | "threat" | "insult" | "identity_attack" | "sexual_explicit";
            /** @description By other label, those that it flags too. */
            shared: {
                [key: string]: number;
            };
        };
        OwnAppealLine: {
            /** @description In their own words. */
            body: string;
            /** @description The comment it is about. */
            comment_id: string;
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it was decided.
             */
            decided_at: string | null;
            /**
             * @description What became of it; null while it waits.
             * @enum {string|null}
             */
            outcome: "upheld" | "overturned" | null;
        };
        OwnAuthor: {
            /** @description A keyed hash of their address, for matching only. */
            email_hash: string | null;
            /**
             * Format: date-time
             * @description When they first commented.
             */
            first_seen_at: string;
            /** @description The author's id on this site. */
            id: string;
            /** @description The site says that they belong to it. */
            is_staff: boolean;
            /** @description The name to show. */
            name: string;
            /**
             * @description Their standing.
             * @enum {string}
             */
            standing: "normal" | "trusted" | "premoderated" | "suspended" | "banned";
            /**
             * Format: date-time
             * @description Until when that holds; null without an end.
             */
            standing_until: string | null;
            /** @description Who the site says they are. */
            subject: string;
        };
        OwnComment: {
            /** @description The appeal against that, if any. */
            appeal: components["schemas"]["AppealOut"] | null;
            /** @description The article's key. */
            article: string;
            /** @description Its headline, where it is known. */
            article_title: string | null;
            /** @description The latest text as HTML that is safe to show. */
            body_html: string;
            /**
             * Format: date-time
             * @description When it was posted.
             */
            created_at: string;
            /** @description Votes against it. */
            down: number;
            /**
             * @description On which ground a moderator rejected it; null where none did.
             * @enum {string|null}
             */
            ground: "abuse" | "hate" | "threat" | "obscene" | "spam" | "off_topic" | "personal_data" | "misinformation" | "illegal" | "other" | null;
            /** @description The comment's id. */
            id: string;
            /** @description The comment that it answers; null for a root comment. */
            parent: string | null;
            /**
             * @description `pending`, `published`, `held` or `rejected`.
             * @enum {string}
             */
            status: "pending" | "published" | "held" | "rejected" | "withdrawn" | "erased";
            /** @description Votes for it. */
            up: number;
        };
        OwnCommentData: {
            /** @description A keyed hash of the network it came from. */
            address_hash: string | null;
            /** @description The article's key. */
            article: string;
            /**
             * Format: date-time
             * @description When it was posted.
             */
            created_at: string;
            /** @description The comment's id. */
            id: string;
            /** @description The comment that it answers; null for a root comment. */
            parent: string | null;
            /**
             * @description What became of it.
             * @enum {string}
             */
            status: "pending" | "published" | "held" | "rejected" | "withdrawn" | "erased";
            /** @description Its texts, oldest first. */
            texts: components["schemas"]["OwnText"][];
        };
        OwnComments: {
            /** @description The comments, newest first. */
            items: components["schemas"]["OwnComment"][];
            /** @description Send it as `cursor` for the next page; null at the end. */
            next: string | null;
        };
        OwnData: {
            /** @description Their appeals. */
            appeals: components["schemas"]["OwnAppealLine"][];
            /** @description The reader; null if they never wrote. */
            author: components["schemas"]["OwnAuthor"] | null;
            /** @description Their comments, oldest first. */
            comments: components["schemas"]["OwnCommentData"][];
            /** @description What moderators noted about them, without who did. */
            notes: components["schemas"]["OwnNote"][];
            /** @description Their reports. */
            reports: components["schemas"]["OwnReportLine"][];
            /** @description The site's key. */
            site: string;
            /** @description Where they are told of replies by e-mail. */
            subscriptions: components["schemas"]["OwnSubscription"][];
            /** @description Their votes. */
            votes: components["schemas"]["OwnVoteLine"][];
        };
        OwnNote: {
            /** @description The note. */
            body: string;
            /**
             * Format: date-time
             * @description When it was left.
             */
            created_at: string;
        };
        OwnReportLine: {
            /** @description The comment reported. */
            comment_id: string;
            /**
             * Format: date-time
             * @description When.
             */
            created_at: string;
            /** @description In their own words. */
            note: string;
            /**
             * @description What was wrong with it.
             * @enum {string}
             */
            reason: "abuse" | "hate" | "threat" | "obscene" | "spam" | "off_topic" | "personal_data" | "misinformation" | "illegal" | "other";
        };
        OwnSubscription: {
            /**
             * Format: date-time
             * @description When it was confirmed; null until then.
             */
            confirmed_at: string | null;
            /**
             * Format: date-time
             * @description When it was asked for.
             */
            created_at: string;
            /** @description The address; null where it cannot be read any more. */
            email: string | null;
            /** @description The language of the letters. */
            language: string;
            /**
             * @description How often.
             * @enum {string}
             */
            pace: "each" | "hourly" | "daily";
        };
        OwnText: {
            /** @description The text as it was written. */
            body: string;
            /** @description Its number, from 1. */
            revision: number;
            /**
             * Format: date-time
             * @description When it was written.
             */
            written_at: string;
        };
        OwnVote: {
            /** @description Votes against it. */
            down: number;
            /** @description Votes for it. */
            up: number;
            /** @description The caller's vote: 1, -1, or 0 for none. */
            value: number;
        };
        OwnVoteLine: {
            /** @description The comment voted on. */
            comment_id: string;
            /**
             * Format: date-time
             * @description When.
             */
            created_at: string;
            /** @description 1 for, -1 against. */
            value: number;
        };
        PaginationMetadata: {
            /** @description First available page number. */
            first_page?: number;
            /** @description Last available page number. */
            last_page?: number;
            /** @description Next page number. */
            next_page?: number;
            /** @description Current page number. */
            page?: number;
            /** @description Previous page number. */
            previous_page?: number;
            /** @description Total number of items. */
            total?: number;
            /** @description Total number of pages. */
            total_pages?: number;
        };
        Pair: {
            /** @description The item. */
            item: string;
            /** @description Its `revision`. */
            revision: string;
        };
        Parent: {
            /** @description Who wrote it. */
            author_name: string;
            /** @description Its text; null when it is not published. */
            body_html: string | null;
            /** @description The comment's id. */
            id: string;
        };
        Phase: {
            /** @description By route, from mild to strict. */
            lines: components["schemas"]["PhaseLine"][];
            /**
             * Format: date-time
             * @description From when on.
             */
            since: string;
            /** @description Whose decisions these are. */
            source: string;
        };
        PhaseLine: {
            /** @description How many of them moderators approved. */
            approved: number;
            /** @description How many of them moderators rejected. */
            rejected: number;
            /**
             * @description Where they were routed.
             * @enum {string}
             */
            route: "publish" | "review" | "hold" | "reject";
            /** @description How many there were; the same text counts once. */
            texts: number;
        };
        Place: {
            /** @description The threshold. */
            at: number;
            /** @description Comments treated more mildly. */
            milder: number;
            /** @description What the draft does with it there. */
            outcome: components["schemas"]["Outcome"];
            /** @description Comments treated more strictly than by today's policy. */
            stricter: number;
        };
        Plan: {
            /** @description Who planned it; null for the operator. */
            account: string | null;
            /**
             * Format: date-time
             * @description When.
             */
            activate_at: string;
            /** @description Which version. */
            version: number;
        };
        PlanWish: {
            /**
             * Format: date-time
             * @description A time to come, within 366 days.
             */
            at: string;
        };
        Policies: {
            /** @description The latest 100 versions, newest first. */
            items: components["schemas"]["Policy"][];
            /** @description Send it as `cursor` for the next page; null at the end. */
            next: string | null;
        };
        Policy: {
            /** @description Who made it; null when it came with the site. */
            account: string | null;
            /**
             * Format: date-time
             * @description When it was last activated, if ever.
             */
            activated_at: string | null;
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /** @description The policy. */
            document: {
                [key: string]: unknown;
            };
            /** @description It routes comments now. */
            is_active: boolean;
            /** @description Why it was made. */
            note: string;
            /** @description Its number, from 1. */
            version: number;
        };
        PolicyDraft: {
            /** @description Whose it is; null for the operator's. */
            account: string | null;
            /** @description The version that it began from. */
            base_version: number;
            /**
             * Format: date-time
             * @description When it was last changed.
             */
            changed_at: string;
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /** @description The policy. */
            document: {
                [key: string]: unknown;
            };
            /** @description Grows with each change. */
            edition: number;
            /** @description The draft's id. */
            id: string;
            /** @description What it is for. */
            name: string;
        };
        PolicyDrafts: {
            /** @description The drafts, the one changed last first. */
            items: components["schemas"]["PolicyDraft"][];
            /** @description Send it as `cursor` for the next page; null at the end. */
            next: string | null;
        };
        PolicyPlace: {
            /** @description The bands in force there. */
            bands: components["schemas"]["EffectiveBand"][];
            /** @description The section's key; null for the rest of the site. */
            section: string | null;
        };
        PolicyShadow: {
            /**
             * Format: date-time
             * @description Since when.
             */
            begun_at: string;
            /**
             * Format: date-time
             * @description Until when; null while it runs.
             */
            ended_at: string | null;
            /** @description The shadow's id. */
            id: string;
            /** @description Which version. */
            version: number;
        };
        PolicyShadowOutcome: {
            /**
             * Format: date-time
             * @description Since when.
             */
            begun_at: string;
            /** @description What would have gone another way. */
            differing: components["schemas"]["PolicyWay"][];
            /**
             * Format: date-time
             * @description Until when; null while it runs.
             */
            ended_at: string | null;
            /** @description The shadow's id. */
            id: string;
            /** @description How many went which way. */
            routes: components["schemas"]["RouteCount"][];
            /** @description Revisions routed by both. */
            total: number;
            /** @description Which version. */
            version: number;
        };
        PolicyState: {
            /** @description The version that routes. */
            active: number | null;
            /** @description Approvals by version. */
            approvals: components["schemas"]["Approval"][];
            /** @description A second person approves versions here. */
            needs_approval: boolean;
            /** @description Who wants to do without; another admin must agree. */
            off_asked_by: string | null;
            /** @description The activation that waits. */
            plan: components["schemas"]["Plan"] | null;
            /** @description The version that going back leads to; null when no other was ever active. */
            previous: number | null;
            /** @description The latest 20, newest first. */
            shadows: components["schemas"]["PolicyShadow"][];
        };
        PolicyWay: {
            /**
             * @description Where the shadow would have.
             * @enum {string}
             */
            after: "publish" | "review" | "hold" | "reject";
            /** @description Of these, those that a moderator approved. */
            approved: number;
            /**
             * @description Where the active policy sent them.
             * @enum {string}
             */
            before: "publish" | "review" | "hold" | "reject";
            /** @description How many. */
            count: number;
            /** @description Ids of the latest comments, at most 10. */
            examples: string[];
            /** @description Of these, those that a moderator rejected. */
            rejected: number;
        };
        Practice: {
            /** @description Everybody may see how the site moderates. */
            has_public_log: boolean;
            /** @description The share of the decided sample that a second moderator judges, 0 to 1. */
            second_share: number;
            /** @description One moderator proposes a ban, another confirms it. */
            two_for_bans: boolean;
        };
        PracticeChange: {
            /** @description Show everybody how the site moderates. */
            has_public_log?: boolean;
            /** @description The share of the decided sample that a second moderator judges, 0 to 1. */
            second_share?: number;
            /** @description One moderator proposes a ban, another confirms it. */
            two_for_bans?: boolean;
        };
        Preview: {
            /** @description The text, in Markdown. */
            body: string;
            /**
             * @description The key of the article's section.
             * @default null
             */
            section?: string | null;
        };
        PreviewLine: {
            /** @description Who wrote it. */
            author_name: string;
            /** @description The text. */
            body: string;
            /** @description The comment. */
            comment: string;
            /** @description The item. */
            item: string;
            /** @description Why it would be left as it is; empty when it would not. */
            obstacle: string;
            /**
             * @description Where it waits.
             * @enum {string}
             */
            queue: "held" | "review" | "reported" | "appeals" | "sample" | "escalated";
            /** @description The text that would be decided on. */
            revision: string;
            /**
             * @description The comment's status now.
             * @enum {string}
             */
            status: "pending" | "published" | "held" | "rejected" | "withdrawn" | "erased";
        };
        PreviewOut: {
            /** @description The text as HTML that is safe to show. */
            body_html: string;
            /** @description The words that made it look so, by where they stand in the text. */
            marks: components["schemas"]["Mark"][];
            /** @description What to tell its author before they post; null when there is nothing to say. */
            nudge: string | null;
            /** @description Why it would not simply be published. */
            reasons: components["schemas"]["Reason"][];
            /**
             * @description Where its words alone would send it; null when the scorer did not answer in time.
             * @enum {string|null}
             */
            route: "publish" | "review" | "hold" | "reject" | null;
        };
        Problem: {
            /** @description What is wrong this time, for people. */
            detail?: string;
            /** @description The values that do not fit. */
            errors?: components["schemas"]["FieldProblem"][];
            /**
             * Format: uri
             * @description The request's id, as in the log.
             */
            instance?: string;
            /** @description HTTP status. */
            status: number;
            /** @description The kind of problem; the same for each of its type. */
            title: string;
            /**
             * Format: uri-reference
             * @description `/problems/<code>`; the code is stable.
             */
            type: string;
        };
        Promise: {
            /** @description How far the data go. */
            bound: number;
            /** @description How sure that is. */
            confidence: number;
            /** @description The limit asked for. */
            limit: number;
        };
        PublicLog: {
            /** @description Appeals by outcome. */
            appeals: {
                [key: string]: number;
            };
            /** @description Texts that moderators approved. */
            approved_count: number;
            /** @description Authors who may not comment any more. */
            banned_count: number;
            /** @description Texts that moderators rejected, by ground. */
            rejected: {
                [key: string]: number;
            };
            /** @description Decisions about comments that readers had reported. */
            reported_count: number;
            /** @description Texts by what software did with them first. */
            routed: {
                [key: string]: number;
            };
            /**
             * Format: date-time
             * @description Where the period begins.
             */
            since: string;
            /** @description The latest, up to 50, newest first. */
            statements: components["schemas"]["LogStatement"][];
            /** @description Authors who may not comment for a while. */
            suspended_count: number;
            /**
             * Format: date-time
             * @description When this was read; up to a quarter of an hour ago.
             */
            until: string;
        };
        QueueCounts: {
            /** @description Open items by queue. */
            counts: {
                [key: string]: number;
            };
            /**
             * Format: date-time
             * @description Since when the oldest item waits; null when nothing does.
             */
            oldest_at: string | null;
        };
        ReaderOut: {
            /** @description Their token names an e-mail address. */
            has_email: boolean;
            /** @description Their id as an author here; null until they have written something. */
            id: string | null;
            /** @description The site says that they belong to it. */
            is_staff: boolean;
            /** @description The name to show. */
            name: string;
        };
        Reason: {
            /** @description Where the match begins in the text, in characters. */
            begin?: number;
            /** @description Where it ends. */
            end?: number;
            /** @description Which rule spoke: `band`, `banned_word`, `links` and so on. */
            kind: string;
            /**
             * @description The label whose band was reached.
             * @enum {string}
             */
            label?: "toxicity" | "severe_toxicity" | "obscene" | "threat" | "insult" | "identity_attack" | "sexual_explicit";
            /** @description What was found in the text. */
            match?: string;
            /**
             * @description Where this reason alone would send the comment.
             * @enum {string}
             */
            route: "publish" | "review" | "hold" | "reject";
            /** @description The label's score, 0 to 1. */
            score?: number;
            /** @description The threshold that the score reached. */
            threshold?: number;
        };
        Recommend: {
            /**
             * @description `items`: the most caught; `missed`: little missed; `rejecting`: little rejected wrongly.
             * @enum {string}
             */
            goal: "items" | "missed" | "rejecting";
            /**
             * @description The code of one language.
             * @default null
             */
            language?: string | null;
            /** @description Items a day at most, or the share: of the harmful missed at most, of the rejected harmful at least. */
            limit: number;
            /**
             * @description For `missed`: how many items a day it may cost at most.
             * @default 1000000
             */
            most_items_a_day?: number;
            /**
             * @description The key of one section.
             * @default null
             */
            section?: string | null;
            /**
             * Format: date-time
             * @description From when on; 30 days before `until` when left out.
             * @default null
             */
            since?: string | null;
            /**
             * Format: date-time
             * @description Until when; now when left out.
             * @default null
             */
            until?: string | null;
        };
        Replies: {
            /** @description Replies. */
            items: components["schemas"]["ThreadComment"][];
            /** @description Send it as `cursor` for the next page; null at the end. */
            next: string | null;
        };
        Report: {
            /**
             * @description In the reader's own words.
             * @default
             */
            note?: string;
            /**
             * @description What is wrong with the comment.
             * @enum {string}
             */
            reason: "abuse" | "hate" | "threat" | "obscene" | "spam" | "off_topic" | "personal_data" | "misinformation" | "illegal" | "other";
        };
        ReportFigure: {
            /** @description Of a share: the upper end. */
            high: number | null;
            /** @description Of a share: the lower end of its interval of 95 %. */
            low: number | null;
            /** @description Which part of the report it belongs to. */
            part: string;
            /** @description A count, hours, or a share; null of nothing. */
            value: number | null;
            /** @description What it counts. */
            what: string;
        };
        ReportLine: {
            /**
             * Format: date-time
             * @description When it came.
             */
            created_at: string;
            /** @description In their own words. */
            note: string;
            /**
             * @description What the reader finds wrong.
             * @enum {string}
             */
            reason: "abuse" | "hate" | "threat" | "obscene" | "spam" | "off_topic" | "personal_data" | "misinformation" | "illegal" | "other";
        };
        Reported: {
            /** @description False when this reader had reported the comment before; nothing changes then. */
            is_new: boolean;
        };
        Rescoring: {
            /** @description Who asked for it. */
            account: string | null;
            /** @description What would change; null before the end. */
            changes: components["schemas"]["Changes"] | null;
            /**
             * Format: date-time
             * @description When it was asked for.
             */
            created_at: string;
            /** @description Comments that the scorer could not bear. */
            failed: number;
            /**
             * Format: date-time
             * @description When it was done; null before.
             */
            finished_at: string | null;
            /** @description The rescoring's id. */
            id: string;
            /** @description How many comments at most; null for all. */
            limit: number | null;
            /** @description Comments scored so far. */
            scored: number;
            /** @description The scorer's version. */
            scorer: string;
            /**
             * Format: date-time
             * @description Comments posted from then on; null for all.
             */
            since: string | null;
            /** @description The site's key. */
            site: string;
            /** @description Comments to be scored when it was asked for. */
            total: number;
        };
        RescoringWish: {
            /**
             * Format: int64
             * @description So many comments at most, latest first.
             * @default null
             */
            limit?: number | null;
            /**
             * @description The version of the active scorer or of the shadow; the active one when left out.
             * @default null
             */
            scorer?: string | null;
            /**
             * Format: date-time
             * @description Comments posted from then on; all when left out.
             * @default null
             */
            since?: string | null;
            /** @description The site's key. */
            site: string;
        };
        Rescorings: {
            /** @description The latest 100, latest first. */
            items: components["schemas"]["Rescoring"][];
            /** @description Send it as `cursor` for the next page; null at the end. */
            next: string | null;
        };
        Role: {
            /**
             * @description The role; null takes it away.
             * @enum {string|null}
             */
            role: "moderator" | "admin" | null;
            /** @description The site's key, or `*` for every site. */
            site: string;
        };
        RouteCount: {
            /** @description By the active policy. */
            active: number;
            /**
             * @description The way.
             * @enum {string}
             */
            route: "publish" | "review" | "hold" | "reject";
            /** @description By the shadow. */
            shadow: number;
        };
        RuleWish: {
            /** @description Whether versions need a second person's approval. */
            needs_approval: boolean;
        };
        Rules: {
            /** @description Readers may write without signing in. */
            guests_allowed: boolean;
            /** @description Who writes may ask to be told of replies by e-mail (`notify`). */
            mail: boolean;
            /** @description The most characters of a comment. */
            max_body_chars: number;
            /** @description How deep replies may be nested; 0 means that there are none. */
            max_depth: number;
        };
        Sanction: {
            /** @description Why, for colleagues and the audit log. */
            reason: string;
            /**
             * @description The new standing.
             * @enum {string}
             */
            standing: "normal" | "trusted" | "premoderated" | "suspended" | "banned";
            /**
             * Format: date-time
             * @description Until when it holds; required for a suspension.
             * @default null
             */
            until?: string | null;
        };
        Scorer: {
            /** @description SHA-256 of its weights. */
            digest: string;
            /** @description What runs it. */
            engine: string;
            /** @description What it measures. */
            labels: string[];
            /** @description ISO 639-1 codes it was trained on; empty: any. */
            languages: string[];
            /** @description The scorer's name. */
            name: string;
            /** @description The version of the text preparation it was trained with. */
            preparation: string;
            /** @description One word that names it. */
            version: string;
        };
        ScorerLine: {
            /** @description By label, how its scores are made; a label without an entry is not calibrated. Null: not on record. */
            calibration: {
                [key: string]: components["schemas"]["Curve"];
            } | null;
            /**
             * Format: date-time
             * @description When it was first seen here.
             */
            created_at: string;
            /** @description SHA-256 of its weights. */
            digest: string;
            /** @description What runs it. */
            engine: string;
            /** @description It scores new comments, which are routed by it. */
            is_active: boolean;
            /** @description It scores new comments beside the active one and routes none. */
            is_shadow: boolean;
            /** @description What it measures. */
            labels: string[];
            /** @description ISO 639-1 codes it was trained on; empty: any. */
            languages: string[];
            /** @description The scorer's name. */
            name: string;
            /** @description The version of the text preparation it was trained with. */
            preparation: string;
            /** @description Texts that it has scored, on the sites that the caller is an admin of. */
            score_sets: number;
            /** @description One word that names it. */
            version: string;
        };
        Scorers: {
            /** @description The one that scores now. */
            active: components["schemas"]["Scorer"];
            /** @description All on record, latest first. */
            items: components["schemas"]["ScorerLine"][];
            /** @description Send it as `cursor` for the next page; null at the end. */
            next: string | null;
            /** @description The shadow, once it is at work; null without one. */
            shadow: components["schemas"]["Shadow"] | null;
        };
        Section: {
            /** @description Days after which its new articles close; 0 for never, null: as the site says. */
            close_after_days: number | null;
            /** @description It takes no comments. */
            is_closed: boolean;
            /** @description Its key. */
            key: string;
            /** @description Its name. */
            name: string;
        };
        SectionChange: {
            /**
             * Format: int64
             * @description As for the site, for this section's new articles; null: as the site says.
             */
            close_after_days?: number | null;
            /** @description Whether it takes no comments. */
            is_closed?: boolean;
            /** @description The name to show. */
            name: string;
        };
        Sections: {
            /** @description Sections by key. */
            items: components["schemas"]["Section"][];
            /** @description Send it as `cursor` for the next page; null at the end. */
            next: string | null;
        };
        Shadow: {
            /** @description The active scorer against it, over the latest 10,000 comments posted since on the caller's sites. */
            changes: components["schemas"]["Changes"];
            /**
             * Format: date-time
             * @description Since when it is compared.
             */
            since: string;
            /** @description One word that names it. */
            version: string;
        };
        Share: {
            /** @description Upper end of the interval. */
            high: number | null;
            /** @description Lower end of the interval. */
            low: number | null;
            /** @description The estimate, 0 to 1. */
            value: number | null;
        };
        Simulated: {
            /** @description Up to 20 comments between old and new thresholds, nearest first. */
            changes: components["schemas"]["Change"][];
            /** @description Scored comments in it. */
            comments: number;
            /** @description Those that a human has decided about. */
            decided: number;
            /** @description As the draft would have routed it. */
            draft: components["schemas"]["Outcome"];
            /** @description Only the latest of the period's comments were read. */
            is_cut: boolean;
            /** @description Comments that the draft routes more mildly. */
            milder: number;
            /** @description As it was routed. */
            now: components["schemas"]["Outcome"];
            /** @description Decided ones that chance had picked among the published. */
            sampled: number;
            /**
             * Format: date-time
             * @description Begin of the period.
             */
            since: string;
            /** @description Comments that the draft routes more strictly. */
            stricter: number;
            /**
             * Format: date-time
             * @description End of the period.
             */
            until: string;
        };
        Simulation: {
            /**
             * @description A draft; or name a `version`.
             * @default null
             */
            document?: ({
                /** @description Thresholds by label. */
                bands?: {
                    /** @description Thresholds, reached at or above; none lies below a milder one. */
                    identity_attack?: {
                        hold_at?: number | null;
                        reject_at?: number | null;
                        review_at?: number | null;
                    };
                    /** @description Thresholds, reached at or above; none lies below a milder one. */
                    insult?: {
                        hold_at?: number | null;
                        reject_at?: number | null;
                        review_at?: number | null;
                    };
                    /** @description Thresholds, reached at or above; none lies below a milder one. */
                    obscene?: {
                        hold_at?: number | null;
                        reject_at?: number | null;
                        review_at?: number | null;
                    };
                    /** @description Thresholds, reached at or above; none lies below a milder one. */
                    severe_toxicity?: {
                        hold_at?: number | null;
                        reject_at?: number | null;
                        review_at?: number | null;
                    };
                    /** @description Thresholds, reached at or above; none lies below a milder one. */
                    sexual_explicit?: {
                        hold_at?: number | null;
                        reject_at?: number | null;
                        review_at?: number | null;
                    };
                    /** @description Thresholds, reached at or above; none lies below a milder one. */
                    threat?: {
                        hold_at?: number | null;
                        reject_at?: number | null;
                        review_at?: number | null;
                    };
                    /** @description Thresholds, reached at or above; none lies below a milder one. */
                    toxicity?: {
                        hold_at?: number | null;
                        reject_at?: number | null;
                        review_at?: number | null;
                    };
                };
                /** @description An author's first comments. */
                first_comments?: {
                    count?: number;
                    /** @enum {string} */
                    route?: "publish" | "review" | "hold" | "reject";
                };
                /** @description A text in a language that the scorer does not know. */
                language?: {
                    /** @enum {string} */
                    unknown_route?: "publish" | "review" | "hold" | "reject";
                };
                /** @description More links than `max`. */
                links?: {
                    max?: number;
                    /** @enum {string} */
                    route?: "publish" | "review" | "hold" | "reject";
                };
                /** @description Nothing is visible before a moderator has decided. */
                premoderation?: boolean;
                /** @description Publish, for review, what the scorer has not judged in time. */
                publish_unscored?: boolean;
                /** @description The same text `count` times within a day. */
                repeats?: {
                    count?: number;
                    /** @enum {string} */
                    route?: "publish" | "review" | "hold" | "reject";
                };
                /** @description The share of published comments that is sampled. */
                sample_rate?: number;
                /** @description Thresholds of a section, by its key; they replace the site's, label by label. */
                sections?: {
                    [key: string]: {
                        /** @description Thresholds by label. */
                        bands?: {
                            /** @description Thresholds, reached at or above; none lies below a milder one. */
                            identity_attack?: {
                                hold_at?: number | null;
                                reject_at?: number | null;
                                review_at?: number | null;
                            };
                            /** @description Thresholds, reached at or above; none lies below a milder one. */
                            insult?: {
                                hold_at?: number | null;
                                reject_at?: number | null;
                                review_at?: number | null;
                            };
                            /** @description Thresholds, reached at or above; none lies below a milder one. */
                            obscene?: {
                                hold_at?: number | null;
                                reject_at?: number | null;
                                review_at?: number | null;
                            };
                            /** @description Thresholds, reached at or above; none lies below a milder one. */
                            severe_toxicity?: {
                                hold_at?: number | null;
                                reject_at?: number | null;
                                review_at?: number | null;
                            };
                            /** @description Thresholds, reached at or above; none lies below a milder one. */
                            sexual_explicit?: {
                                hold_at?: number | null;
                                reject_at?: number | null;
                                review_at?: number | null;
                            };
                            /** @description Thresholds, reached at or above; none lies below a milder one. */
                            threat?: {
                                hold_at?: number | null;
                                reject_at?: number | null;
                                review_at?: number | null;
                            };
                            /** @description Thresholds, reached at or above; none lies below a milder one. */
                            toxicity?: {
                                hold_at?: number | null;
                                reject_at?: number | null;
                                review_at?: number | null;
                            };
                        };
                    };
                };
                /** @description Lists of words and phrases. */
                words?: {
                    banned?: string[];
                    /** @enum {string} */
                    banned_route?: "publish" | "review" | "hold" | "reject";
                    suspect?: string[];
                    /** @enum {string} */
                    suspect_route?: "publish" | "review" | "hold" | "reject";
                };
            } & {
                [key: string]: unknown;
            }) | null;
            /**
             * @description The code of one language.
             * @default null
             */
            language?: string | null;
            /**
             * @description The key of one section.
             * @default null
             */
            section?: string | null;
            /**
             * Format: date-time
             * @description From when on; 30 days before `until` when left out.
             * @default null
             */
            since?: string | null;
            /**
             * Format: date-time
             * @description Until when; now when left out.
             * @default null
             */
            until?: string | null;
            /**
             * Format: int64
             * @description A version on record.
             * @default null
             */
            version?: number | null;
        };
        Site: {
            /** @description Days after its first comment after which a new article closes by itself; 0 for never. */
            close_after_days: number;
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /** @description Seconds in which an author may change a comment. */
            edit_window_s: number;
            /** @description Readers without a token may comment. */
            guests_allowed: boolean;
            /** @description It signs its readers with a secret (HS256). */
            has_jwt_secret: boolean;
            /** @description Where it publishes its RS256 keys. */
            jwks_url: string | null;
            /** @description The public key of its signatures (RS256). */
            jwt_public_key: string | null;
            /** @description The slug that stands in addresses. */
            key: string;
            /** @description The language of its pages. */
            language: string;
            /** @description Characters that a comment may have. */
            max_body_chars: number;
            /** @description How deep replies may be nested. */
            max_depth: number;
            /** @description Its name. */
            name: string;
            /** @description The origins of its pages. */
            origins: string[];
            /**
             * @description When guests are asked for a proof of work.
             * @enum {string}
             */
            proof: "never" | "busy" | "guests";
        };
        SiteChange: {
            /**
             * Format: int64
             * @description Days after its first comment after which a new article closes by itself; 0 for never.
             */
            close_after_days?: number;
            /**
             * Format: int64
             * @description Seconds in which an author may change a comment.
             */
            edit_window_s?: number;
            /** @description Whether readers without a token may comment. */
            guests_allowed?: boolean;
            /** @description The https address at which the site publishes its RS256 keys (JWKS); empty for none. */
            jwks_url?: string;
            /** @description The public key of the site's own signatures (RS256), in PEM form. */
            jwt_public_key?: string;
            /** @description The secret with which the site signs its readers (HS256). Never shown again. */
            jwt_secret?: string;
            /**
             * Format: int64
             * @description Seconds for which the secret before still holds, when there is a new one. A day when left out.
             */
            jwt_secret_overlap_s?: number;
            /** @description The language of its pages (BCP 47). */
            language?: string;
            /**
             * Format: int64
             * @description Characters that a comment may have.
             */
            max_body_chars?: number;
            /**
             * Format: int64
             * @description How deep replies may be nested; 0 for none.
             */
            max_depth?: number;
            /** @description Its name. */
            name?: string;
            /** @description The origins of its pages, which may call readers' routes from the browser. */
            origins?: string[];
            /**
             * @description When guests are asked for a proof of work: `never`, `busy` (while more comments come in than are usual), `guests` (always).
             * @enum {string}
             */
            proof?: "never" | "busy" | "guests";
        };
        SiteWork: {
            /** @description Null where there are too few to say, or no variety. */
            agreement: components["schemas"]["Agreement"] | null;
            /** @description Approvals. */
            approved_count: number;
            /** @description Approvals and rejections. */
            decided_count: number;
            /** @description Those that they judged differently. */
            differed_count: number;
            /** @description Escalations. */
            escalated_count: number;
            /** @description Median of the seconds from claim to decision; null when not known. */
            median_s: number | null;
            /** @description Moderators who decided anything. */
            moderator_count: number;
            /** @description Rejections that an appeal overturned. */
            overturned_count: number;
            /** @description Decisions that who made them took back. */
            own_undone_count: number;
            /** @description Comments of the sample that two judged. */
            pair_count: number;
            /** @description Rejections. */
            rejected_count: number;
            /** @description Decisions that a colleague took back. */
            undone_count: number;
            /** @description Those that wait for the second. */
            waiting_count: number;
        };
        Sites: {
            /** @description Sites by key. */
            items: components["schemas"]["Site"][];
            /** @description Send it as `cursor` for the next page; null at the end. */
            next: string | null;
        };
        Source: {
            /** @description Texts that were rejected. */
            rejected: number;
            /** @description Texts that have their scores. */
            scored: number;
            /** @description The name of the key. */
            source: string;
            /** @description Texts. */
            texts: number;
        };
        Span: {
            /** @description First character. */
            begin: number;
            /** @description One past the last character. */
            end: number;
            /**
             * @description The label whose score they made.
             * @enum {string}
             */
            label: "toxicity" | "severe_toxicity" | "obscene" | "threat" | "insult" | "identity_attack" | "sexual_explicit";
            /** @description The share in [0, 1] that they carry. */
            score: number;
        };
        Spread: {
            /** @description Approved ones. */
            approved: number[];
            /**
             * @description The label.
             * @enum {string}
             */
            label: "toxicity" | "severe_toxicity" | "obscene" | "threat" | "insult" | "identity_attack" | "sexual_explicit";
            /** @description Rejected ones in each of 50 bins. */
            rejected: number[];
            /** @description Undecided ones. */
            undecided: number[];
        };
        Statement: {
            /**
             * Format: date-time
             * @description When the restriction began.
             */
            applied_at: string;
            /** @description How often it was sent. */
            attempts: number;
            /**
             * Format: date-time
             * @description When the statement was made.
             */
            created_at: string;
            /** @description As it is sent. It holds no personal data. */
            document: {
                [key: string]: unknown;
            };
            /** @description Its name, in the EU's database, too (`puid`). */
            id: string;
            /** @description Why there was none, or the fields that did not fit. */
            last_error: string | null;
            /** @description The HTTP status of the last answer; null where there was none. */
            last_status: number | null;
            /**
             * Format: date-time
             * @description When the database took it.
             */
            sent_at: string | null;
            /**
             * @description Where it is.
             * @enum {string}
             */
            state: "kept" | "waiting" | "sent" | "refused" | "given_up";
        };
        Statements: {
            /** @description The statements, latest first. */
            items: components["schemas"]["Statement"][];
            /** @description Send it as `cursor` for the next page; null at the end. */
            next: string | null;
        };
        StepNote: {
            /**
             * @description Why.
             * @default
             */
            note?: string;
        };
        SubmitComment: {
            /** @description The article that is commented on. */
            article: components["schemas"]["ArticleRef"];
            /**
             * @description For guests. A reader token says who posts by itself.
             * @default null
             */
            author?: components["schemas"]["GuestAuthor"] | null;
            /** @description The text, in Markdown. The site may allow fewer characters. */
            body: string;
            /**
             * @description Tell the author of replies by e-mail: a signed-in reader at the token's `email`, a guest at `author.email`, once they have confirmed it from there (not where the token says `email_verified`). Only where `rules.mail` is true.
             * @default null
             */
            notify?: components["schemas"]["Notify"] | null;
            /**
             * @description What the author did after the preview's nudge, where there was one; counted only.
             * @default null
             * @enum {string|null}
             */
            nudged?: "rephrased" | "posted_anyway" | null;
            /**
             * @description The published comment that this one answers.
             * @default null
             */
            parent?: string | null;
            /**
             * @description The solved challenge, as ALTCHA writes it (base64), where a guest was refused with `proof-required`.
             * @default null
             */
            proof?: string | null;
        };
        Submitted: {
            /** @description The article's key. */
            article: string;
            /** @description The text as HTML that is safe to show. */
            body_html: string;
            /**
             * Format: date-time
             * @description When it was posted.
             */
            created_at: string;
            /** @description For guests: send it as `X-Edit-Token` to change the comment or see it while it waits. Given only here. */
            edit_token?: string;
            /**
             * Format: date-time
             * @description Until when its author may change it.
             */
            edit_until: string;
            /** @description The comment's id. */
            id: string;
            /** @description The same in a sentence for its author; empty when there is nothing to say. */
            message: string;
            /** @description The comment that it answers; null for a root comment. */
            parent: string | null;
            /** @description Why it is not simply published, strictest first. */
            reasons: components["schemas"]["Reason"][];
            /**
             * @description What readers see of it: `pending`, `published`, `held` or `rejected`.
             * @enum {string}
             */
            status: "pending" | "published" | "held" | "rejected" | "withdrawn" | "erased";
        };
        Suggestion: {
            /** @description What each attribute should score. */
            attributes: {
                [key: string]: number;
            };
            /** @description The text. */
            body: string;
            /** @description The client's own id of the text. */
            client_token: string | null;
            /**
             * Format: date-time
             * @description When it was first judged.
             */
            created_at: string;
            /** @description The judgement's id. */
            id: string;
            /** @description Rejected, for whatever reason. */
            is_rejected: boolean;
            /** @description The language that the client named. */
            language: string | null;
            /** @description The scorer version that scored it; null until a worker has. */
            scorer: string | null;
            /** @description The scores by label, as the scorer gives them. */
            scores: {
                [key: string]: number;
            } | null;
            /** @description The name of the key that it came with. */
            source: string;
            /** @description How often the text was judged; the latest counts. */
            times: number;
            /**
             * Format: date-time
             * @description When it was last judged.
             */
            updated_at: string;
        };
        Suggestions: {
            /** @description Those that came last first. */
            items: components["schemas"]["Suggestion"][];
            /** @description Send it as `cursor` for the next page; null at the end. */
            next: string | null;
            /** @description The keys that have said something. */
            sources: components["schemas"]["Source"][];
        };
        Sweep: {
            /** @description The draft. */
            document: {
                /** @description Thresholds by label. */
                bands?: {
                    /** @description Thresholds, reached at or above; none lies below a milder one. */
                    identity_attack?: {
                        hold_at?: number | null;
                        reject_at?: number | null;
                        review_at?: number | null;
                    };
                    /** @description Thresholds, reached at or above; none lies below a milder one. */
                    insult?: {
                        hold_at?: number | null;
                        reject_at?: number | null;
                        review_at?: number | null;
                    };
                    /** @description Thresholds, reached at or above; none lies below a milder one. */
                    obscene?: {
                        hold_at?: number | null;
                        reject_at?: number | null;
                        review_at?: number | null;
                    };
                    /** @description Thresholds, reached at or above; none lies below a milder one. */
                    severe_toxicity?: {
                        hold_at?: number | null;
                        reject_at?: number | null;
                        review_at?: number | null;
                    };
                    /** @description Thresholds, reached at or above; none lies below a milder one. */
                    sexual_explicit?: {
                        hold_at?: number | null;
                        reject_at?: number | null;
                        review_at?: number | null;
                    };
                    /** @description Thresholds, reached at or above; none lies below a milder one. */
                    threat?: {
                        hold_at?: number | null;
                        reject_at?: number | null;
                        review_at?: number | null;
                    };
                    /** @description Thresholds, reached at or above; none lies below a milder one. */
                    toxicity?: {
                        hold_at?: number | null;
                        reject_at?: number | null;
                        review_at?: number | null;
                    };
                };
                /** @description An author's first comments. */
                first_comments?: {
                    count?: number;
                    /** @enum {string} */
                    route?: "publish" | "review" | "hold" | "reject";
                };
                /** @description A text in a language that the scorer does not know. */
                language?: {
                    /** @enum {string} */
                    unknown_route?: "publish" | "review" | "hold" | "reject";
                };
                /** @description More links than `max`. */
                links?: {
                    max?: number;
                    /** @enum {string} */
                    route?: "publish" | "review" | "hold" | "reject";
                };
                /** @description Nothing is visible before a moderator has decided. */
                premoderation?: boolean;
                /** @description Publish, for review, what the scorer has not judged in time. */
                publish_unscored?: boolean;
                /** @description The same text `count` times within a day. */
                repeats?: {
                    count?: number;
                    /** @enum {string} */
                    route?: "publish" | "review" | "hold" | "reject";
                };
                /** @description The share of published comments that is sampled. */
                sample_rate?: number;
                /** @description Thresholds of a section, by its key; they replace the site's, label by label. */
                sections?: {
                    [key: string]: {
                        /** @description Thresholds by label. */
                        bands?: {
                            /** @description Thresholds, reached at or above; none lies below a milder one. */
                            identity_attack?: {
                                hold_at?: number | null;
                                reject_at?: number | null;
                                review_at?: number | null;
                            };
                            /** @description Thresholds, reached at or above; none lies below a milder one. */
                            insult?: {
                                hold_at?: number | null;
                                reject_at?: number | null;
                                review_at?: number | null;
                            };
                            /** @description Thresholds, reached at or above; none lies below a milder one. */
                            obscene?: {
                                hold_at?: number | null;
                                reject_at?: number | null;
                                review_at?: number | null;
                            };
                            /** @description Thresholds, reached at or above; none lies below a milder one. */
                            severe_toxicity?: {
                                hold_at?: number | null;
                                reject_at?: number | null;
                                review_at?: number | null;
                            };
                            /** @description Thresholds, reached at or above; none lies below a milder one. */
                            sexual_explicit?: {
                                hold_at?: number | null;
                                reject_at?: number | null;
                                review_at?: number | null;
                            };
                            /** @description Thresholds, reached at or above; none lies below a milder one. */
                            threat?: {
                                hold_at?: number | null;
                                reject_at?: number | null;
                                review_at?: number | null;
                            };
                            /** @description Thresholds, reached at or above; none lies below a milder one. */
                            toxicity?: {
                                hold_at?: number | null;
                                reject_at?: number | null;
                                review_at?: number | null;
                            };
                        };
                    };
                };
                /** @description Lists of words and phrases. */
                words?: {
                    banned?: string[];
                    /** @enum {string} */
                    banned_route?: "publish" | "review" | "hold" | "reject";
                    suspect?: string[];
                    /** @enum {string} */
                    suspect_route?: "publish" | "review" | "hold" | "reject";
                };
            } & {
                [key: string]: unknown;
            };
            /**
             * @description The label whose threshold is moved.
             * @enum {string}
             */
            label: "toxicity" | "severe_toxicity" | "obscene" | "threat" | "insult" | "identity_attack" | "sexual_explicit";
            /**
             * @description The code of one language.
             * @default null
             */
            language?: string | null;
            /**
             * @description The key of one section.
             * @default null
             */
            section?: string | null;
            /**
             * Format: date-time
             * @description From when on; 30 days before `until` when left out.
             * @default null
             */
            since?: string | null;
            /**
             * @description Which of its thresholds.
             * @enum {string}
             */
            step: "review_at" | "hold_at" | "reject_at";
            /**
             * Format: date-time
             * @description Until when; now when left out.
             * @default null
             */
            until?: string | null;
        };
        Swept: {
            /** @description 100 places, rising. */
            items: components["schemas"]["Place"][];
        };
        Thread: {
            /** @description The article. */
            article: components["schemas"]["ArticleOut"];
            /** @description The page's comments. */
            items: components["schemas"]["ThreadComment"][];
            /** @description With a reader token only: the caller's own comments here that wait or were rejected, newest first. */
            mine?: components["schemas"]["Mine"][];
            /** @description Send it as `cursor` for the next page; null at the end. */
            next: string | null;
            /** @description With a reader token only: who it is. */
            reader?: components["schemas"]["ReaderOut"];
            /** @description What the site allows whoever writes. */
            rules: components["schemas"]["Rules"];
            /** @description Published comments on the article, on all pages and levels. */
            total: number;
        };
        ThreadComment: {
            /** @description Who wrote it; null for a placeholder. */
            author: components["schemas"]["AuthorOut"] | null;
            /** @description The text as HTML that is safe to show; null for a placeholder. */
            body_html: string | null;
            /**
             * Format: date-time
             * @description When it was posted.
             */
            created_at: string;
            /** @description 0 for a root comment, 1 for a reply to it, and so on. */
            depth: number;
            /** @description Votes against it. */
            down: number;
            /**
             * Format: date-time
             * @description When it was last edited, if ever.
             */
            edited_at: string | null;
            /** @description The comment's id. */
            id: string;
            /** @description The comment that it answers; null for a root comment. */
            parent: string | null;
            /** @description Its first replies; send `next` as `cursor` with this `parent`. */
            replies: components["schemas"]["Replies"];
            /** @description Replies to it that are on the page. */
            reply_count: number;
            /**
             * @description `published`; a placeholder is `withdrawn` by its author or `hidden`.
             * @enum {string}
             */
            status: "published" | "withdrawn" | "hidden";
            /** @description Votes for it. */
            up: number;
        };
        Token: {
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it ends.
             */
            expires_at: string | null;
            /** @description The token's id. */
            id: string;
            /** @description What it is for. */
            name: string;
            /**
             * Format: date-time
             * @description When it was revoked.
             */
            revoked_at: string | null;
        };
        Tokens: {
            /** @description Tokens, newest first. */
            items: components["schemas"]["Token"][];
            /** @description Send it as `cursor` for the next page; null at the end. */
            next: string | null;
        };
        TransparencyReport: {
            /** @description Its figures, in the report's order. */
            figures: components["schemas"]["ReportFigure"][];
            /** @description The calendar year, in UTC. */
            year: number;
        };
        Tried: {
            /** @description The message's id, as its header `webhook-id` has it. */
            message: string;
        };
        Vote: {
            /**
             * Format: int64
             * @description 1 for, -1 against.
             * @enum {integer}
             */
            value: 1 | -1;
        };
        Watch: {
            /** @description The latest 20 alerts, newest first. */
            alerts: components["schemas"]["Alert"][];
            /** @description The caller gets alerts by e-mail. */
            by_mail: boolean;
            /**
             * Format: date-time
             * @description Since when the oldest waits.
             */
            oldest_at: string | null;
            /** @description Over all these weeks. */
            precision: components["schemas"]["Figure"];
            /** @description Over all these weeks. */
            recall: components["schemas"]["Figure"];
            /** @description Items that wait now, the sample left out. */
            waiting: number;
            /** @description How long one may wait before it is an alert; 0 for as long as it likes. */
            waiting_hours: number;
            /** @description The weeks counted, oldest first. */
            weeks: components["schemas"]["WatchWeek"][];
        };
        WatchArticle: {
            /** @description Its key; null when it is gone. */
            article: string | null;
            /** @description Comments of the week. */
            comments: number;
        };
        WatchDrift: {
            /** @description What it is at most by chance. */
            chance: number;
            /**
             * @description What that means.
             * @enum {string}
             */
            drift: "too_few" | "steady" | "watch" | "alert";
            /** @description Population stability index. */
            index: number;
            /**
             * @description The label.
             * @enum {string}
             */
            label: "toxicity" | "severe_toxicity" | "obscene" | "threat" | "insult" | "identity_attack" | "sexual_explicit";
            /** @description The section's key; null for the whole site. */
            section: string | null;
        };
        WatchLoad: {
            /** @description Who. */
            account: string;
            /** @description Decisions that stand. */
            decisions: number;
            /** @description Seconds that all took. */
            total_s: number;
        };
        WatchNudge: {
            /** @description Comments. */
            comments: number;
            /**
             * @description What the author did.
             * @enum {string}
             */
            nudged: "rephrased" | "posted_anyway";
            /** @description Of these, those that are published now. */
            published: number;
            /** @description Of these, those that are rejected now. */
            rejected: number;
        };
        WatchRoute: {
            /** @description Approved. */
            approved: number;
            /** @description Rejected. */
            rejected: number;
            /**
             * @description The route; of `publish` the sample alone.
             * @enum {string}
             */
            route: "publish" | "review" | "hold" | "reject";
            /** @description Not decided. */
            unseen: number;
        };
        WatchWeek: {
            /** @description The busiest articles. */
            articles: components["schemas"]["WatchArticle"][];
            /** @description Comments posted. */
            comments: number;
            /**
             * Format: date-time
             * @description When it was counted.
             */
            counted_at: string;
            /** @description Decisions that stand, escalations left out. */
            decisions: number;
            /** @description Whether scores fall as before. */
            drift: components["schemas"]["WatchDrift"][];
            /** @description Texts flagged. */
            flagged: number;
            /** @description Who decided how much. */
            moderators: components["schemas"]["WatchLoad"][];
            /** @description Nudges and what came of them. */
            nudges: components["schemas"]["WatchNudge"][];
            /** @description Of what was flagged, the harmful share. */
            precision: components["schemas"]["Figure"];
            /** @description Of all that is harmful, the flagged share. */
            recall: components["schemas"]["Figure"];
            /** @description What moderators made of each route. */
            routes: components["schemas"]["WatchRoute"][];
            /**
             * Format: date-time
             * @description Its Monday, 00:00 UTC.
             */
            starts_at: string;
            /** @description Decisions taken back. */
            undone: number;
            /** @description Median wait of what was decided, in seconds. */
            wait_median_s: number | null;
            /** @description What 95 of 100 waited less than, in seconds. */
            wait_p95_s: number | null;
        };
        WatchWish: {
            /**
             * @description Whether the caller gets alerts by e-mail; as it was when left out.
             * @default null
             */
            by_mail?: boolean | null;
            /**
             * Format: int64
             * @description How long the oldest comment may wait, in hours; 0 for as long as it likes.
             */
            waiting_hours: number;
        };
        Way: {
            /**
             * @description Where the other scores send them.
             * @enum {string}
             */
            after: "publish" | "review" | "hold" | "reject";
            /**
             * @description Where the scores before send them.
             * @enum {string}
             */
            before: "publish" | "review" | "hold" | "reject";
            /** @description How many. */
            count: number;
            /** @description Ids of up to 5 of them, if their route changes. */
            examples: string[];
        };
        Webhook: {
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /** @description The webhook's id. */
            id: string;
            /** @description False after its receiver answered 410: nothing is sent until a test turns it on again. */
            is_active: boolean;
            /** @description What it wants to know of; empty for all. */
            topics: string[];
            /** @description Where messages are posted to. */
            url: string;
        };
        Webhooks: {
            /** @description The webhooks, oldest first. */
            items: components["schemas"]["Webhook"][];
            /** @description Send it as `cursor` for the next page; null at the end. */
            next: string | null;
        };
        WishOut: {
            /** @description The author. */
            author: string | null;
            /** @description The author first wrote fewer days ago. */
            author_days_below: number | null;
            /**
             * @description The label whose score is asked for.
             * @enum {string|null}
             */
            label: "toxicity" | "severe_toxicity" | "obscene" | "threat" | "insult" | "identity_attack" | "sexual_explicit" | null;
            /** @description The language of the text. */
            language: string | null;
            /** @description And below this. */
            score_below: number | null;
            /** @description Its score is at least this. */
            score_from: number | null;
            /** @description The key of one section. */
            section: string | null;
            /**
             * @description The author's standing.
             * @enum {string|null}
             */
            standing: "normal" | "trusted" | "premoderated" | "suspended" | "banned" | null;
            /** @description It has waited for as many hours, or longer. */
            waits_at_least_h: number | null;
            /** @description It has waited no longer. */
            waits_at_most_h: number | null;
        };
        Work: {
            /** @description Approvals. */
            approved_count: number;
            /** @description Approvals and rejections. */
            decided_count: number;
            /** @description Escalations. */
            escalated_count: number;
            /** @description Median of the seconds from claim to decision; null when not known. */
            median_s: number | null;
            /** @description Rejections that an appeal overturned. */
            overturned_count: number;
            /** @description Decisions that who made them took back. */
            own_undone_count: number;
            /** @description Rejections. */
            rejected_count: number;
            /** @description Decisions that a colleague took back. */
            undone_count: number;
        };
    };
    responses: {
        /** @description Default error response */
        DEFAULT_ERROR: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Unprocessable Entity */
        UNPROCESSABLE_ENTITY: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
type Method = "get" | "put" | "post" | "patch" | "delete";
type Defined<T> = Exclude<T, undefined>;
/** The paths that have an operation of this method. */
export type PathOf<M extends Method> = {
    [P in keyof paths]: paths[P] extends {
        [K in M]: {
            responses: unknown;
        };
    } ? P : never;
}[keyof paths];
type Operation<P extends keyof paths, M extends Method> = paths[P] extends {
    [K in M]: infer O;
} ? O : never;
type Given<O, K extends string> = O extends {
    parameters: {
        [X in K]?: infer V;
    };
} ? Defined<V> : never;
type Body<O> = O extends {
    requestBody?: infer R;
} ? ([Defined<R>] extends [{
    content: {
        "application/json": infer B;
    };
}] ? ([Defined<R>] extends [never] ? never : B) : never) : never;
type Success = 200 | 201 | 202 | 204;
type ContentOf<R> = R extends {
    content: infer C;
} ? (C extends {
    "application/json": infer J;
} ? J : string) : null;
/** What an operation answers when it did what it was asked. */
export type AnswerOf<O> = O extends {
    responses: infer R;
} ? {
    [S in keyof R & Success]: ContentOf<R[S]>;
}[keyof R & Success] : never;
type Part<N extends string, T> = [T] extends [never] ? unknown : Partial<T> extends T ? {
    [K in N]?: T;
} : {
    [K in N]: T;
};
/** What an operation takes: `path` and `query` by name, `body` as JSON, further headers. */
export type WishOf<O> = Part<"path", Given<O, "path">> & Part<"query", Given<O, "query">> & ([Body<O>] extends [never] ? unknown : {
    body: Body<O>;
}) & {
    headers?: Record<string, string>;
    signal?: AbortSignal;
};
/** A refusal: the service's problem document (RFC 9457). `status` is 0 when there was no answer at all. */
export declare class Problem extends Error {
    readonly status: number;
    readonly code: string;
    readonly detail: string;
    readonly document: unknown;
    readonly retryAfterS: number | null;
    constructor(status: number, code: string, detail: string, document: unknown, retryAfterS: number | null);
}
export interface Answer<T> {
    status: number;
    data: T;
    headers: Headers;
}
/** Gives the token to send, or null; asked again, with `true`, once when the service refuses the one it has. */
export type TokenSource = string | null | ((fresh: boolean) => string | null | Promise<string | null>);
export declare class CommentsClient {
    private readonly base;
    private readonly token;
    /** `base` is where the service is, such as `https://comments.example.org`. */
    constructor(base: string, token?: TokenSource);
    get<P extends PathOf<"get">>(path: P, wish: WishOf<Operation<P, "get">>): Promise<Answer<AnswerOf<Operation<P, "get">>>>;
    put<P extends PathOf<"put">>(path: P, wish: WishOf<Operation<P, "put">>): Promise<Answer<AnswerOf<Operation<P, "put">>>>;
    post<P extends PathOf<"post">>(path: P, wish: WishOf<Operation<P, "post">>): Promise<Answer<AnswerOf<Operation<P, "post">>>>;
    patch<P extends PathOf<"patch">>(path: P, wish: WishOf<Operation<P, "patch">>): Promise<Answer<AnswerOf<Operation<P, "patch">>>>;
    delete<P extends PathOf<"delete">>(path: P, wish: WishOf<Operation<P, "delete">>): Promise<Answer<AnswerOf<Operation<P, "delete">>>>;
    /** Do one operation. Rejects with a `Problem`. */
    call<P extends keyof paths, M extends Method>(method: M, path: P, wish: WishOf<Operation<P, M>>): Promise<Answer<AnswerOf<Operation<P, M>>>>;
    private send;
}
export {};
