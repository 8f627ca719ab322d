// Un vrai fournisseur OpenID Connect, réglé comme FranceConnect v2 (domaine.md § 6) : ES256, identité signée et, si
// une clé est donnée, chiffrée ; code de 30 s, jetons de 60 s. Réglages en JSON par la variable REGLAGES.
import * as crypto from 'node:crypto';
import http from 'node:http';
import { Provider } from '../npm/node_modules/oidc-provider/lib/index.js';

const reglages = JSON.parse(process.env.REGLAGES);
const { emetteur, client, secret, retours, apres, personnes, cle, algorithme } = reglages;
const paire = algorithme === 'RS256'
  ? crypto.generateKeyPairSync('rsa', { modulusLength: 2048 })
  : crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' });
const signature = { ...paire.privateKey.export({ format: 'jwk' }), kid: 'fc1', use: 'sig', alg: algorithme };
const chiffrement = cle
  ? { userinfo_encrypted_response_alg: 'RSA-OAEP', userinfo_encrypted_response_enc: 'A256GCM', jwks: { keys: [cle] } }
  : {};

const fournisseur = new Provider(emetteur, {
  clients: [{
    client_id: client, client_secret: secret, redirect_uris: retours, post_logout_redirect_uris: apres,
    response_types: ['code'], grant_types: ['authorization_code'], token_endpoint_auth_method: 'client_secret_post',
    id_token_signed_response_alg: algorithme, userinfo_signed_response_alg: algorithme, ...chiffrement,
  }],
  jwks: { keys: [signature] },
  cookies: { keys: ['x'.repeat(32)] },
  acrValues: ['eidas1'],
  scopes: ['openid', 'given_name', 'family_name', 'birthdate', 'birthplace', 'birthcountry', 'preferred_username', 'email'],
  claims: {
    acr: null, openid: ['sub'], given_name: ['given_name'], family_name: ['family_name'], birthdate: ['birthdate'],
    birthplace: ['birthplace'], birthcountry: ['birthcountry'], preferred_username: ['preferred_username'], email: ['email'],
  },
  features: {
    devInteractions: { enabled: false }, encryption: { enabled: true }, jwtUserinfo: { enabled: true },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource(ctx, formulaire) {
        ctx.body = page('Se déconnecter de FranceConnect', `${formulaire}<button form="op.logoutForm" name="logout" value="yes">Se déconnecter</button>`);
      },
    },
  },
  enabledJWA: {
    userinfoEncryptionAlgValues: ['RSA-OAEP'], userinfoEncryptionEncValues: ['A256GCM'],
    userinfoSigningAlgValues: ['ES256', 'RS256'], idTokenSigningAlgValues: ['ES256', 'RS256'],
  },
  pkce: { required: () => true },
  ttl: { AuthorizationCode: 30, AccessToken: 60, IdToken: 60, Session: 1800, Interaction: 600, Grant: 1800 },
  interactions: { url: (ctx, interaction) => `/entrer/${interaction.uid}` },
  async findAccount(ctx, id) {
    return personnes[id] && { accountId: id, claims: async () => ({ sub: id, ...personnes[id] }) };
  },
  async loadExistingGrant(ctx) {
    const accord = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
    accord.addOIDCScope(ctx.oidc.params.scope);
    await accord.save();
    return accord;
  },
  async renderError(ctx, sortie, erreur) { ctx.body = page('Erreur', `<pre>${sortie.error} ${sortie.error_description}</pre>`); },
});

function page(titre, contenu) {
  return `<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>${titre}</title></head><body><h1>${titre}</h1>${contenu}</body></html>`;
}

async function entrer(requete, reponse) {
  const uid = requete.url.split('/')[2].split('?')[0];
  if (requete.method === 'GET') {
    const boutons = Object.keys(personnes).map((nom) => `<button name="qui" value="${nom}">Entrer : ${nom}</button>`).join('');
    reponse.setHeader('content-type', 'text/html; charset=utf-8');
    return reponse.end(page('FranceConnect d’essai', `<form method="post" action="/entrer/${uid}">${boutons}<button name="qui" value="">Annuler</button></form>`));
  }
  let corps = '';
  for await (const morceau of requete) corps += morceau;
  const qui = new URLSearchParams(corps).get('qui');
  const resultat = qui ? { login: { accountId: qui, acr: 'eidas1', amr: ['pwd'] } } : { error: 'access_denied', error_description: 'abandon' };
  return fournisseur.interactionFinished(requete, reponse, resultat, { mergeWithLastSubmission: false });
}

const suite = fournisseur.callback();
http.createServer((requete, reponse) => {
  const traite = requete.url.startsWith('/entrer/') ? entrer(requete, reponse) : suite(requete, reponse);
  Promise.resolve(traite).catch((erreur) => { console.error(erreur); reponse.statusCode = 500; reponse.end(); });
}).listen(new URL(emetteur).port, '127.0.0.1', () => console.log('pret'));
